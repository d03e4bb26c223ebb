// One WHEP session that plays beside the player's own, as the studio's look at what viewers get, and the pictures of co-hosts.

/**
 * `failed` is called at most once, when there is nothing more to come, with the seconds to wait before
 * another try; never after `close`.
 * @type {Window['backstageWhep']}
 */
function whep(url, played, failed) {
  const pc = new RTCPeerConnection();
  let session = null;
  let over = false;
  const leave = () => {
    if (session) fetch(session, { method: 'DELETE', keepalive: true }).catch(() => {});
    session = null;
  };
  const close = () => {
    over = true;
    removeEventListener('pagehide', leave);
    leave();
    pc.close();
  };
  const fail = (seconds) => {
    if (over) return;
    close();
    failed(seconds);
  };
  const open = async () => {
    for (const kind of ['audio', 'video']) pc.addTransceiver(kind, { direction: 'recvonly' });
    const { sdp } = await pc.createOffer();
    const response = await window.backstageRtc.send(url, sdp);
    session = response.headers.get('Location');
    if (over) return leave();
    if (response.status !== 201) return fail(Number(response.headers.get('Retry-After')) || 2);
    await window.backstageRtc.accept(pc, sdp, response);
  };
  pc.addEventListener('track', ({ track }) => played(track));
  pc.addEventListener('connectionstatechange', () => pc.connectionState === 'failed' && fail(1));
  addEventListener('pagehide', leave);
  open().catch(() => fail(2));
  return { close, stats: () => pc.getStats() };
}

window.backstageWhep = whep;
