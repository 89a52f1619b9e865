"""`batdoc lsp`: runs the language server for an editor."""

import click


@click.command("lsp")
@click.option(
    "--tcp",
    metavar="PORT",
    type=click.IntRange(1, 65535),
    help="Wait for one client on this port of the loopback interface, not on stdin and stdout.",
)
def command(tcp: int | None) -> None:
    """Run the language server; an editor starts it and talks to it on stdin and stdout."""
    from batdoc.lsp_server.server import build_server, serve_stdio, serve_tcp

    server = build_server()
    if tcp is None:
        serve_stdio(server)
    else:
        serve_tcp(server, tcp)
