"""`batdoc lsp`: runs the language server for an editor."""

import os
import secrets

import click


@click.command("lsp")
@click.option(
    "--tcp",
    metavar="PORT",
    type=click.IntRange(1, 65535),
    help="Wait for one client on this port of the loopback interface, not on stdin and stdout. "
    "It must send a token as initializationOptions.token: the one in BATDOC_LSP_TOKEN, else one "
    "that is printed.",
)
def command(tcp: int | None) -> None:
    """Run the language server; an editor starts it and talks to it on stdin and stdout."""
    from batdoc.lsp_server.server import build_server, serve_stdio, serve_tcp

    server = build_server()
    if tcp is None:
        serve_stdio(server)
    else:
        serve_tcp(server, tcp, _token(tcp))


def _token(port: int) -> str:
    """Give the token that the environment names, or make one and tell it."""
    token = os.environ.get("BATDOC_LSP_TOKEN")
    if not token:
        token = secrets.token_urlsafe()
        click.echo(f"batdoc: waiting on 127.0.0.1:{port}, token {token}", err=True)
    return token
