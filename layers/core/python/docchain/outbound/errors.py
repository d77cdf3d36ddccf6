"""What a call to the outside can answer. The first two were never sent; of the others nobody knows what they did."""

from docchain.errors import DependencyUnavailable, DocchainError, ValidationFailed


class AddressRefused(ValidationFailed):
    """Never to be called, whoever asks: nothing was sent there."""

    code = "ADDRESS_REFUSED"


class PeerUnreachable(DependencyUnavailable):
    """No name, no connection or no TLS: the peer has seen nothing of the request."""

    code = "PEER_UNREACHABLE"


class PeerSilent(DependencyUnavailable):
    """The request was on its way when the connection broke or time ran out: it may have been done."""

    code = "PEER_SILENT"


class AnswerRefused(DocchainError):
    """The peer answered, but with too much, or with what is not HTTP: the request was most likely done."""

    status = 502
    code = "ANSWER_REFUSED"


class RedirectRefused(AnswerRefused):
    """The peer had the request, and answered that it lies at a place which may not be called."""

    code = "REDIRECT_REFUSED"
