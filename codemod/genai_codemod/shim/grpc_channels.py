"""gRPC channels that end in the canned server instead of a socket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterator
from typing import Any, NoReturn

import grpc  # type: ignore[import-untyped]
import grpc.aio  # type: ignore[import-untyped]

from .journal import Journal
from .rpc import Deserialize, Serialize, request_from_rpc, response_message
from .wire import Response


class CannedRpcError(grpc.RpcError, grpc.Call, grpc.Future):  # type: ignore[misc]
    """The error that a real channel raises, made from the canned server's answer."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self._error = response.body["error"]

    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode[self._error["status"]]

    def details(self) -> str:
        return str(self._error["message"])

    def result(self, timeout: float | None = None) -> NoReturn:
        raise self

    def exception(self, timeout: float | None = None) -> CannedRpcError:
        return self

    def traceback(self, timeout: float | None = None) -> None:
        return None

    def initial_metadata(self) -> tuple[()]:
        return ()

    def trailing_metadata(self) -> tuple[()]:
        return ()

    def is_active(self) -> bool:
        return False

    def done(self) -> bool:
        return True

    def running(self) -> bool:
        return False

    def cancelled(self) -> bool:
        return False

    def cancel(self) -> bool:
        return False

    def time_remaining(self) -> None:
        return None

    def add_callback(self, callback: object) -> bool:
        return False

    def add_done_callback(self, callback: object) -> None:
        """Nothing to do: the call has ended."""


class _Method:
    """One method of a service; every call of it ends up in `_answers`."""

    def __init__(
        self,
        journal: Journal,
        host: str,
        method: str,
        request_serializer: Serialize | None,
        response_deserializer: Deserialize | None,
    ) -> None:
        self._journal = journal
        self._host = host
        self._method = method
        self._serializer = request_serializer
        self._deserializer = response_deserializer

    def _answers(self, message: Any) -> Iterator[Any]:
        request = request_from_rpc(self._method, self._host, self._serializer, message)
        response = self._journal.exchange(request)
        if response.status != 200 or self._deserializer is None:
            raise CannedRpcError(response)
        deserializer = self._deserializer
        return iter([response_message(deserializer, chunk) for chunk in response.chunks])


class _FinishedCall(grpc.Call):  # type: ignore[misc]
    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.OK

    def details(self) -> str:
        return ""

    def initial_metadata(self) -> tuple[()]:
        return ()

    def trailing_metadata(self) -> tuple[()]:
        return ()

    def is_active(self) -> bool:
        return False

    def time_remaining(self) -> None:
        return None

    def cancel(self) -> None:
        """Nothing to do: the call has ended."""

    def add_callback(self, callback: object) -> bool:
        return False


class _Stream(_FinishedCall):
    def __init__(self, answers: Iterator[Any]) -> None:
        self._answers = answers

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return next(self._answers)


class _FailedStream(_Stream):
    """A stream reports its error when it is read, as a real channel does."""

    def __init__(self, error: CannedRpcError) -> None:
        self._error = error

    def __next__(self) -> NoReturn:
        raise self._error


class _UnaryUnary(_Method, grpc.UnaryUnaryMultiCallable):  # type: ignore[misc]
    def __call__(self, request: Any, *args: Any, **options: Any) -> Any:
        return next(self._answers(request))

    def with_call(self, request: Any, *args: Any, **options: Any) -> tuple[Any, grpc.Call]:
        return self(request, *args, **options), _FinishedCall()

    def future(self, request: Any, *args: Any, **options: Any) -> NoReturn:
        raise NotImplementedError("the legacy SDK does not call this")


class _UnaryStream(_Method, grpc.UnaryStreamMultiCallable):  # type: ignore[misc]
    def __call__(self, request: Any, *args: Any, **options: Any) -> _Stream:
        try:
            return _Stream(self._answers(request))
        except CannedRpcError as error:
            return _FailedStream(error)


class _Unsupported(_Method):
    """A call that streams its requests: nothing answers it, and it is written down."""

    def __call__(self, *args: Any, **options: Any) -> NoReturn:
        request = request_from_rpc(self._method, self._host, None, None)
        raise CannedRpcError(self._journal.exchange(request))


class CannedChannel(grpc.Channel):  # type: ignore[misc]
    """What `grpc.secure_channel` returns in a recorded program."""

    def __init__(self, journal: Journal, host: str) -> None:
        self._journal = journal
        self._host = host

    def unary_unary(
        self,
        method: str,
        request_serializer: Serialize | None = None,
        response_deserializer: Deserialize | None = None,
        _registered_method: bool = False,
    ) -> _UnaryUnary:
        return _UnaryUnary(
            self._journal, self._host, method, request_serializer, response_deserializer
        )

    def unary_stream(
        self,
        method: str,
        request_serializer: Serialize | None = None,
        response_deserializer: Deserialize | None = None,
        _registered_method: bool = False,
    ) -> _UnaryStream:
        return _UnaryStream(
            self._journal, self._host, method, request_serializer, response_deserializer
        )

    def stream_unary(self, method: str, *args: Any, **options: Any) -> Any:
        return _Unsupported(self._journal, self._host, method, None, None)

    def stream_stream(self, method: str, *args: Any, **options: Any) -> Any:
        return _Unsupported(self._journal, self._host, method, None, None)

    def subscribe(self, callback: Any, try_to_connect: bool = False) -> None:
        """Nothing to report: the channel never connects."""

    def unsubscribe(self, callback: Any) -> None:
        """Nothing to stop."""

    def close(self) -> None:
        """Nothing to close."""

    def __enter__(self) -> CannedChannel:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _AsyncCall:
    """One asynchronous call: awaited for its answer, or iterated for its stream."""

    def __init__(self, method: _Method, message: Any) -> None:
        self._method = method
        self._message = message
        self._stream: Iterator[Any] | None = None

    def __await__(self) -> Generator[Any, None, Any]:
        yield from ()
        return next(self._opened())

    async def wait_for_connection(self) -> None:
        self._opened()

    async def __aiter__(self) -> AsyncIterator[Any]:
        for answer in self._opened():
            yield answer

    async def trailing_metadata(self) -> tuple[()]:
        return ()

    def _opened(self) -> Iterator[Any]:
        if self._stream is None:
            self._stream = self._method._answers(self._message)
        return self._stream


class _AsyncUnaryUnary(_Method, grpc.aio.UnaryUnaryMultiCallable):  # type: ignore[misc]
    def __call__(self, request: Any, **options: Any) -> Any:
        return _AsyncCall(self, request)


class _AsyncUnaryStream(_Method, grpc.aio.UnaryStreamMultiCallable):  # type: ignore[misc]
    def __call__(self, request: Any, **options: Any) -> Any:
        return _AsyncCall(self, request)


class CannedAsyncChannel:
    """What `grpc.aio.secure_channel` returns in a recorded program."""

    def __init__(self, journal: Journal, host: str) -> None:
        self._journal = journal
        self._host = host
        # The legacy transport appends its logging here.
        self._unary_unary_interceptors: list[object] = []

    def unary_unary(
        self,
        method: str,
        request_serializer: Serialize | None = None,
        response_deserializer: Deserialize | None = None,
        _registered_method: bool = False,
    ) -> _AsyncUnaryUnary:
        return _AsyncUnaryUnary(
            self._journal, self._host, method, request_serializer, response_deserializer
        )

    def unary_stream(
        self,
        method: str,
        request_serializer: Serialize | None = None,
        response_deserializer: Deserialize | None = None,
        _registered_method: bool = False,
    ) -> _AsyncUnaryStream:
        return _AsyncUnaryStream(
            self._journal, self._host, method, request_serializer, response_deserializer
        )

    def stream_stream(self, method: str, *args: Any, **options: Any) -> Any:
        return _Unsupported(self._journal, self._host, method, None, None)

    async def close(self, grace: float | None = None) -> None:
        """Nothing to close."""
