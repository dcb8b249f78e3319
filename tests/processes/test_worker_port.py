"""A `worker` with `WORKER_PORT` answers for itself."""

import signal

from tests.processes.running import STARTED_WITHIN, STOPPED_WITHIN, Launcher, eventually, until
from tests.processes.surroundings import Surroundings


async def test_health_and_metrics_beside_a_worker(launch: Launcher, around: Surroundings) -> None:
    worker = launch.start("worker", WORKER_PORT="0")
    (said,) = await until(lambda: worker.said("working"), STARTED_WITHIN)
    around.bot_url = f"http://127.0.0.1:{said['port']}"

    async def is_ready() -> bool:
        return (await around.get("/readyz")).status_code == 200

    await eventually(is_ready)
    assert (await around.get("/readyz")).json()["worker"] == "ok"
    assert (await around.get("/healthz")).json() == {"alive": True}
    assert "calbot_slack_requests_total" in (await around.get("/metrics")).text
    assert (await around.http.post(f"{around.bot_url}/webhooks/cal")).status_code == 404
    await worker.stop()


async def test_without_it_a_worker_listens_nowhere(launch: Launcher, around: Surroundings) -> None:
    worker = launch.start("worker")
    (said,) = await until(lambda: worker.said("working"), STARTED_WITHIN)
    assert said["port"] is None
    worker.send(signal.SIGTERM)
    assert await worker.ended(STOPPED_WITHIN) == 0
