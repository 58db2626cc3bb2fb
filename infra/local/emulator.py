"""Start the AWS emulator with eleven repairs that our local shape needs.

Runs under the emulator's own interpreter (`.tools/ministack`), never under the project's: it
imports ministack and nothing of ours. Without the repairs a stop would lose what AWS never loses:

1. Stream records. The emulator saves how far a stream was read but not the records, so after a
   restart unread records are gone and, worse, new ones are skipped until as many have come as were
   read before.
2. Messages in flight. Nobody can still be working on them after a restart, so they are visible at
   once instead of after their visibility timeout.
3. Partial batch failures of streams. The emulator moves on; AWS comes back to the first failed
   record. Here the whole batch comes again, which at-least-once delivery allows.
4. The wait of 50 ms for a function's first log line, which a quiet function would pay on every
   call.
5. Unpacking. Every function process unpacks its artifact anew, inside the emulator and on its one
   interpreter lock: 0.7 s for a cold start. Ours is one artifact, so it is unpacked once.
6. The names of permissions. SQS batches need the permission of the single call (``sqs:SendMessage``
   for SendMessageBatch); the emulator asks for permissions that IAM does not even have.
7. Permissions. Which of them are used, and by whom, is written down (``permissions.jsonl``).
8. The order of starting. Queues and streams are worked on before the emulator itself listens, so a
   function that a restart hands work to cannot reach it, fails, and waits for the next try.
9. Saving. The emulator saves when it is stopped by signal and never before, so that a crash loses
   everything since its start. Here a forked copy saves what it finds, several times a minute: the
   emulator itself goes on, and no file is older than the others.
10. Processes. The emulator starts one more for every call that comes while all work, as AWS has one
   more machine; here each start takes a core for a second that those at work lack, so more come,
   and so on. Who finds as many as there may be waits for one of them.
11. Its server. Hypercorn reads and writes HTTP in Python, which takes a tenth of a demo shop;
   uvicorn leaves that to httptools and uvloop, which are C.

Each repair checks that what it touches is there, so that a new release of the emulator fails here
and not quietly.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
import warnings
import zipfile
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

QUIET_WAIT = 0.004  # seconds to wait for a first log line; later ones are attached to the next call

SAVE_EVERY = float(os.environ.get("SAVE_EVERY", "20"))  # seconds
PROCESSES = 4  # of one function at a time
LONGEST_WAIT = 10.0  # seconds for one of them; then there is one more
GRACE = 3  # seconds that the end waits for requests
SAVING = 60.0  # seconds that the end waits for a copy that saves
LONGEST_SAVE = 600.0
"""Seconds until a copy that saves is given up: a hundred thousand items take more than one."""


def main() -> None:
    dynamodb = importlib.import_module("ministack.services.dynamodb")
    keep_stream_records(dynamodb)
    show_messages_again(importlib.import_module("ministack.services.sqs"))
    functions = importlib.import_module("ministack.services.lambda_svc")
    repeat_partial_failures(functions)
    listen_first(functions, ("127.0.0.1", int(os.environ["GATEWAY_PORT"])))
    runtime = importlib.import_module("ministack.core.lambda_runtime")
    waits = (QUIET_WAIT, QUIET_WAIT / 2, 0.25)
    runtime.Worker._drain_stderr_bounded.__defaults__ = waits  # noqa: SLF001
    unpack_once(runtime)
    share_processes(functions)
    name_permissions(importlib.import_module("ministack.core.iam_actions"))
    iam = importlib.import_module("ministack.services.iam")
    note_permissions(importlib.import_module("ministack.core.iam_evaluator"), iam)
    app = importlib.import_module("ministack.app")
    save_often(app, importlib.import_module("ministack.core.persistence"), dynamodb, functions)
    serve_faster(importlib.import_module("hypercorn.asyncio"), importlib.import_module("uvicorn"))
    app.main()


def serve_faster(hypercorn: Any, uvicorn: Any) -> None:
    """Let uvicorn serve what hypercorn is asked to serve."""
    taken = tuple(inspect.signature(hypercorn.serve).parameters)[:2]
    if taken != ("app", "config"):
        raise RuntimeError("ministack is served in another way than this repair knows")
    importlib.import_module("uvloop").install()

    async def serve(app: Any, config: Any) -> None:
        (bind,) = config.bind
        host, _, port = bind.rpartition(":")
        served = uvicorn.Config(
            app,
            host=host,
            port=int(port),
            http="httptools",
            ws="none",
            lifespan="on",
            log_level="warning",
            access_log=False,
            date_header=False,
            server_header=False,
            timeout_keep_alive=int(config.keep_alive_timeout),
            timeout_graceful_shutdown=GRACE,
            backlog=config.backlog,
        )
        await uvicorn.Server(served).serve()

    hypercorn.serve = serve


def share_processes(functions: Any) -> None:
    """Let calls of one function wait for one of its processes; none of ours calls itself."""
    acquire = functions.acquire_worker

    def acquire_worker(*given: Any, **named: Any) -> Any:
        end = time.monotonic() + LONGEST_WAIT
        while True:
            limited = {**named, "max_concurrency": PROCESSES} if time.monotonic() < end else named
            worker, how = acquire(*given, **limited)
            if worker is not None:
                return worker, how
            time.sleep(QUIET_WAIT)

    functions.acquire_worker = acquire_worker


def keep_stream_records(dynamodb: Any) -> None:
    """Save and load stream records together with the tables they belong to."""
    save, load = dynamodb.get_state, dynamodb.load_persisted_state

    def get_state() -> dict[str, Any]:
        return {
            **save(),
            "stream_records": dynamodb._stream_records,  # noqa: SLF001
            "stream_trimmed": dynamodb._stream_trimmed,  # noqa: SLF001
        }

    def load_persisted_state(data: dict[str, Any]) -> None:
        load(data)
        dynamodb._stream_records.update(data.get("stream_records", {}))  # noqa: SLF001
        dynamodb._stream_trimmed.update(data.get("stream_trimmed", {}))  # noqa: SLF001

    dynamodb.get_state, dynamodb.load_persisted_state = get_state, load_persisted_state


def show_messages_again(sqs: Any) -> None:
    """Make received but not deleted messages visible when the queues are loaded."""
    load = sqs.load_persisted_state

    def load_persisted_state(data: dict[str, Any]) -> None:
        load(data)
        now = time.time()
        for _, queue in sqs._queues.all_items():  # noqa: SLF001
            for message in queue["messages"]:
                if message["receive_count"] and message["visible_at"] > now:
                    message["visible_at"] = now

    sqs.load_persisted_state = load_persisted_state


def repeat_partial_failures(functions: Any) -> None:
    """Let a stream batch with failed records come again."""
    execute = functions._execute_function  # noqa: SLF001

    def execute_function(function: dict[str, Any], event: Any) -> Any:
        result = execute(function, event)
        records = event.get("Records") if isinstance(event, dict) else None
        if not records or records[0].get("eventSource") != "aws:dynamodb" or result.get("error"):
            return result
        answer = result.get("body")
        if isinstance(answer, dict) and answer.get("batchItemFailures"):
            body = {"errorType": "PartialBatchFailure", "errorMessage": "some records failed"}
            return {**result, "error": True, "body": body}
        return result

    functions._execute_function = execute_function  # noqa: SLF001


def listen_first(functions: Any, address: tuple[str, int]) -> None:
    """Hand out work only once the emulator can be reached."""
    work = functions._poll_loop  # noqa: SLF001

    def poll_loop() -> None:
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(address) == 0:
                    break
            time.sleep(0.02)
        work()

    functions._poll_loop = poll_loop  # noqa: SLF001


def unpack_once(runtime: Any) -> None:
    """Give every function process a link to one unpacked copy of its artifact."""
    if runtime.zipfile is not zipfile:
        raise RuntimeError("ministack unpacks functions in another way than this repair knows")
    lock = threading.Lock()

    class Archive(zipfile.ZipFile):
        def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
            with lock:
                digest = hashlib.sha256(Path(str(self.filename)).read_bytes()).hexdigest()
                shared = Path(tempfile.gettempdir()) / digest
                if not shared.exists():
                    draft = shared.with_suffix(".new")
                    super().extractall(draft, members, pwd)
                    draft.rename(shared)
            target = Path(path)
            target.rmdir()  # it is empty: made a moment ago
            target.symlink_to(shared)

    errors = {"BadZipFile": zipfile.BadZipFile, "LargeFileError": zipfile.LargeZipFile}
    runtime.zipfile = SimpleNamespace(ZipFile=Archive, **errors)


def name_permissions(actions: Any) -> None:
    """Ask for the permission that AWS asks for, where it is not named after the call."""
    extract = actions.extract_iam_action

    def extract_iam_action(service: str, *request: Any) -> str | None:
        action: str | None = extract(service, *request)
        return action.removesuffix("Batch") if action and service == "sqs" else action

    actions.extract_iam_action = extract_iam_action


def note_permissions(evaluator: Any, iam: Any) -> None:
    """Write down each permission once that a role used or was refused, one JSON line each.

    So a test run can list what was granted and never needed. In the folder of the state, as
    ``permissions.jsonl``; a line has ``role``, ``action``, ``resource`` and ``allowed``. What a
    function is refused after its role was deleted with its stack is not a line: no role lacks it.
    """
    evaluate, enforce = evaluator.evaluate, evaluator.enforce
    file = Path(os.environ["STATE_DIR"]) / "permissions.jsonl"
    seen: set[tuple[str, str, str, bool]] = set()
    lock = threading.Lock()
    asked = threading.local()

    def evaluated(context: Any, *policies: Any) -> Any:
        # Called once for each policy that has a say; whose call it is does not change.
        asked.principal = context.principal_arn
        return evaluate(context, *policies)

    def enforced(key: str, action: str, service: str, *more: Any, **named: Any) -> Any:
        asked.principal = ""
        refusal = enforce(key, action, service, *more, **named)
        # arn:aws:sts::<account>:assumed-role/<role>/<session>; the owner is asked nothing.
        account, _, assumed = asked.principal.rpartition(":")
        role = assumed.split("/")[1:2]
        scope = account.rpartition(":")[2]
        if refusal and role and iam._roles.get_scoped(scope, None, role[0]) is None:  # noqa: SLF001
            return refusal
        resource = named.get("resource_arn") or (more[1] if len(more) > 1 else "*")
        line = (role[0] if role else "", action, resource, refusal is None)
        with lock:
            if role and line not in seen:
                seen.add(line)
                told = dict(zip(("role", "action", "resource", "allowed"), line, strict=True))
                file.parent.mkdir(parents=True, exist_ok=True)
                with file.open("a") as noting:
                    noting.write(json.dumps(told) + "\n")
        return refusal

    evaluator.evaluate, evaluator.enforce = evaluated, enforced


def save_often(app: Any, persistence: Any, dynamodb: Any, functions: Any) -> None:
    """Save while the emulator works, and for the last time when it ends."""
    sqs = importlib.import_module("ministack.services.sqs")
    # Whoever holds these is in the middle of a change, or of handing out work.
    locks = (
        dynamodb._lock,  # noqa: SLF001
        dynamodb._stream_seq_lock,  # noqa: SLF001
        sqs._queues_lock,  # noqa: SLF001
        functions._dynamodb_stream_positions_lock,  # noqa: SLF001
        functions._esm_inflight_lock,  # noqa: SLF001
    )
    started, ending = threading.Event(), threading.Event()
    save, load = app.save_all, app._load_persisted_state  # noqa: SLF001
    everything = app._build_persistence_save_dict  # noqa: SLF001

    def save_all(services: dict[str, Any]) -> None:
        ending.set()
        saver.join(SAVING)
        save(services)

    def load_all() -> None:
        load()
        started.set()

    def work() -> None:
        started.wait()
        pause = SAVE_EVERY
        while not ending.wait(pause):
            began = time.monotonic()
            _save_in_a_copy(lambda: save(everything()), locks, persistence, ending)
            # What is large takes long: three quarters of the time are left to everybody else.
            pause = max(SAVE_EVERY, 3 * (time.monotonic() - began))

    saver = threading.Thread(target=work, daemon=True, name="saver")
    saver.start()
    app.save_all, app._load_persisted_state = save_all, load_all  # noqa: SLF001


def _save_in_a_copy(
    save: Callable[[], object], locks: Any, persistence: Any, ending: threading.Event
) -> None:
    """Fork, let the copy save, and wait for it; it is ended when the emulator ends."""
    parent = os.getpid()
    with ExitStack() as held, warnings.catch_warnings():
        # That other threads are not copied is the point: nobody changes anything in the copy.
        warnings.simplefilter("ignore", DeprecationWarning)
        for lock in locks:
            if not lock.acquire(timeout=1):  # somebody may hold it and wait for one that we hold
                return
            held.callback(lock.release)
        copy = os.fork()
    if not copy:
        _save_and_exit(save, persistence, parent)
    deadline = time.monotonic() + LONGEST_SAVE
    while os.waitpid(copy, os.WNOHANG) == (0, 0):
        if ending.is_set() or time.monotonic() > deadline:
            os.kill(copy, signal.SIGKILL)
            os.waitpid(copy, 0)
            return
        time.sleep(0.05)


def _save_and_exit(save: Callable[[], object], persistence: Any, parent: int) -> None:
    """Save beside what was saved before, then put all of it into place at once."""
    try:
        signal.set_wakeup_fd(-1)  # the loop of the emulator is not ours
        # Nor are its pipes: whoever starts a function at this moment waits for their other ends.
        os.closerange(3, 2**16)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.nice(10)
        place = Path(persistence.STATE_DIR)
        draft = place.with_name(f"{place.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        place.mkdir(mode=0o700, exist_ok=True)
        persistence.STATE_DIR = str(draft)
        save()
        if os.getppid() == parent:  # else a next emulator may be at work there
            for file in draft.glob("*.json"):
                file.replace(place / file.name)
    except BaseException as error:  # noqa: BLE001 - whatever it is, this copy must not live on
        print(f"Saving failed: {error!r}", file=sys.stderr, flush=True)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
