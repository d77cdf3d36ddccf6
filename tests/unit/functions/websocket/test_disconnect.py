"""What remains when a socket is closed."""

from docchain.entrypoints.websocket import SocketCall, websocket_handler
from functions.websocket.disconnect.run import close_connection
from tests.support.realtime import a_sample, connected, stats_of
from tests.support.rest import a_context


def test_the_connection_leaves_its_rooms_and_the_gauges(board):
    connection = connected(board, "system", "user_1", "workflow_7")
    close_connection(SocketCall(connection.connection), board)
    assert board.connections.find(connection.connection) is None
    assert stats_of(board) == {"total_connections": 1}


def test_the_others_hear_of_it(board, push):
    connection, other = connected(board, "workflow_7"), connected(board, "workflow_7")
    close_connection(SocketCall(connection.connection), board)
    assert [m["type"] for m in push.heard_by(other.connection)] == ["user_left_room"]


def test_one_that_was_never_known_is_no_error(board):
    handler = websocket_handler(lambda call: close_connection(call, board))
    assert handler(a_sample("websocket/disconnect.json"), a_context()) == {"statusCode": 200}
    assert stats_of(board) == {}
