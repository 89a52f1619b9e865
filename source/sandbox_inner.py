"""The inside of the sandbox: shuts the doors behind itself, then runs the program.

`batdoc.source.sandbox` starts this file with an interpreter of its own; it imports nothing but the
standard library. Namespaces need Linux; where they are not to be had, what was shut is all there
is, and the report says so.

The process tree: this process waits for the first one of the new namespace, which waits for the
program; when the first one ends, the kernel ends whatever the program left behind.
"""

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_NEW_NAMESPACES = 0x10000000 | 0x40000000 | 0x20000000 | 0x08000000  # user, network, pid, ipc
_NEW_MOUNTS = 0x00020000
_PRIVATE = 0x4000 | 0x40000  # recursively
_NO_SUID_NO_DEVICES = 0x2 | 0x4
_MOUNT_SETATTR = 442  # the same number on every architecture
_CAPSET = {"x86_64": 126, "aarch64": 91}
_HERE, _RECURSIVE = -100, 0x8000
_READ_ONLY, _NO_DEVICES = 0x1, 0x4
_DIE_WITH_PARENT, _NO_NEW_PRIVILEGES = 1, 38
_CAPABILITIES_V3 = 0x20080522
_MOST_OPEN_FILES = 256
_SOCKETS = ("/run", "/tmp/.X11-unix")  # local services that listen there are none of the program's


@dataclass(frozen=True, slots=True)
class _Task:
    """What to run and how; each as `sandbox.Limits` has it."""

    program: Path
    room: Path
    memory: int
    file_size: int
    processes: int
    seconds: int


class _Attributes(ctypes.Structure):
    """What mount_setattr(2) takes."""

    _fields_ = (
        ("set", ctypes.c_uint64),
        ("clear", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("user_namespace", ctypes.c_uint64),
    )


def main() -> None:
    """Shut the doors, run the program, and report what was shut and how it ended."""
    program, room, *numbers = sys.argv[1:]
    memory, file_size, processes, seconds, report = map(int, numbers)
    task = _Task(Path(program), Path(room), memory, file_size, processes, seconds)
    code = task.program.read_bytes()
    shut = _shut_doors(task)
    os.write(report, f"{' '.join(shut)}\n".encode())
    if shut:
        _wait_for(lambda: _be_first(code, task, report))
    else:
        _report_end(code, task, report)
    os.killpg(0, signal.SIGKILL)  # this process, too: all is reported


def _be_first(code: bytes, task: _Task, report: int) -> None:
    """Be the first process of the namespace, which must outlive the program to tell of its end."""
    _libc().prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    _report_end(code, task, report)


def _report_end(code: bytes, task: _Task, report: int) -> None:
    status = _wait_for(lambda: _run(code, task, report))
    os.write(report, f"{status}\n".encode())


def _wait_for(work: Callable[[], None]) -> int:
    """Work in a child and give its exit status, negative for a signal."""
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _shut_doors(task: _Task) -> list[str]:
    """Leave the network, the processes and the writable files behind, as far as possible."""
    user, group = os.geteuid(), os.getegid()
    if sys.platform != "linux" or _libc().unshare(_NEW_NAMESPACES | _NEW_MOUNTS):
        return []
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        Path("/proc/self", name).write_text(text)
    files = ["files"] if _make_read_only(task, has_devices=user != 0) else []
    os.chdir(task.room)
    return ["network", "processes", *files]


def _make_read_only(task: _Task, has_devices: bool) -> bool:
    """Let nothing be written but in the room, which is memory of a limited size.

    A device may be written to through a read-only mount, and root may open any: for root there
    are none.
    """
    libc = _libc()
    flags = _READ_ONLY | (0 if has_devices else _NO_DEVICES)
    attributes = _Attributes(flags, 0, 0, 0)
    size = ctypes.sizeof(attributes)
    if libc.mount(None, b"/", None, _PRIVATE, None) or libc.syscall(
        _MOUNT_SETATTR, _HERE, b"/", _RECURSIVE, ctypes.byref(attributes), size
    ):
        return False
    for folder in filter(os.path.isdir, _SOCKETS):
        _mount_memory(Path(folder), 0)
    return _mount_memory(task.room, 4 * task.file_size)


def _mount_memory(folder: Path, size: int) -> bool:
    options = f"size={max(size, 4096)},mode=700".encode()
    path = os.fsencode(folder)
    return not _libc().mount(b"batdoc", path, b"tmpfs", _NO_SUID_NO_DEVICES, options)


def _run(code: bytes, task: _Task, report: int) -> None:
    """Run the program in this process, within its limits and without privileges."""
    os.close(report)
    _drop_privileges()
    _limit(task)
    sys.argv = ["program.py"]
    names = {"__name__": "__main__", "__builtins__": __builtins__}
    try:
        exec(compile(code, "program.py", "exec"), names)
        status: object = 0
    except SystemExit as end:
        status = end.code or 0
    except BaseException as error:
        error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next  # not this line
        sys.excepthook(type(error), error, error.__traceback__)
        status = 1
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            status = status or 1
    os._exit(status & 0xFF if isinstance(status, int) else 1)


def _drop_privileges() -> None:
    """Give up what this process may do in its namespace, such as mounting anew."""
    if sys.platform != "linux":
        return
    _libc().prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    number = _CAPSET.get(os.uname().machine)
    if number is not None:
        header = (ctypes.c_uint32 * 2)(_CAPABILITIES_V3, 0)
        _libc().syscall(number, header, (ctypes.c_uint32 * 6)())


def _limit(task: _Task) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (task.seconds, task.seconds + 1))
    for kind, most in (
        (resource.RLIMIT_AS, task.memory),
        (resource.RLIMIT_FSIZE, task.file_size),
        (resource.RLIMIT_NPROC, task.processes),
        (resource.RLIMIT_NOFILE, _MOST_OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (most, most))
        except (OSError, ValueError):  # macOS has no limit on the address space
            continue


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


if __name__ == "__main__":
    main()
