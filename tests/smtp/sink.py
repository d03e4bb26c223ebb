"""An SMTP server that keeps nothing: it prints its port, then each mail that it takes as one line of JSON.

Addresses that begin with "rcpt-hangs" or "data-hangs" are answered after a minute, at RCPT or at the end of DATA.

It ends when its stdin does.
"""

import asyncio
import email
import email.policy
import json
import sys

from aiosmtpd.smtp import SMTP


def body(message, kind):
    part = message.get_body(preferencelist=(kind,))
    return part.get_content() if part else None


HANG = 60


class Printer:
    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address.startswith("rcpt-hangs"):
            await asyncio.sleep(HANG)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        if any(address.startswith("data-hangs") for address in envelope.rcpt_tos):
            await asyncio.sleep(HANG)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        mail = {
            "to": envelope.rcpt_tos,
            "from": message["From"],
            "subject": message["Subject"],
            "message_id": message["Message-ID"],
            "text": body(message, "plain"),
            "html": body(message, "html"),
        }
        print(json.dumps(mail), flush=True)
        return "250 taken"


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Printer(), enable_SMTPUTF8=True), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main())
