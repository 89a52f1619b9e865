"""What the server relies on in pygls, private names included."""

import logging

from lsprotocol import types

from batdoc.lsp_server.server import build_server


def test_notifications_leave_nothing_behind():
    protocol = build_server().protocol
    for _ in range(3):
        params = types.SetTraceParams(types.TraceValue.Off)
        protocol.handle_message(types.SetTraceNotification(params))
    assert protocol._request_futures == {}


def test_messages_are_never_logged(caplog):
    caplog.set_level(logging.DEBUG)
    params = types.LogMessageParams(types.MessageType.Info, "the user's code")
    build_server().window_log_message(params)
    assert caplog.text == ""
