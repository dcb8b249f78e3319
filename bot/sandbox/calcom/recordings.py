"""What a video room leaves behind: recordings and their transcripts."""

from __future__ import annotations

from bot.sandbox.calcom import payloads_other, webhooks
from bot.sandbox.calcom.model import JSON, Booking
from bot.sandbox.calcom.world import World


async def add(world: World, booking: Booking) -> JSON:
    """Put a finished recording of the whole meeting on a booking and send RECORDING_READY."""
    number = world.next_id("recording")
    recording: JSON = {
        "id": f"recording-{number}",
        "roomName": f"room-{booking.uid}",
        "startTs": int(booking.start.timestamp()),
        "status": "finished",
        "maxParticipants": len(booking.attendees) + 1,
        "duration": booking.minutes * 60,
        "shareToken": world.new_uuid(),
        "downloadLink": f"{world.web_url}/recordings/recording-{number}.mp4",
        "error": None,
    }
    booking.recordings.append(recording)
    payload = payloads_other.recording(world, booking, recording["downloadLink"])
    await webhooks.send(world, "RECORDING_READY", booking, payload)
    return recording


def transcripts(world: World, booking: Booking) -> list[str]:
    """Return a fresh link to the text of each recording."""
    return [
        f"{world.web_url}/transcripts/{recording['id']}.vtt?token={world.new_uuid()}"
        for recording in booking.recordings
    ]
