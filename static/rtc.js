// How all of our WebRTC sessions begin. The offer goes out before this browser looks for its own addresses: the server answers to
// whatever address our packets come from, and only its answer names the relays.

/** @type {Window['backstageRtc']['send']} */
function send(door, sdp) {
  return fetch(door, { method: 'POST', headers: { 'Content-Type': 'application/sdp' }, body: sdp });
}

// Begins to connect as the answer says, by its relays as well.
/** @type {Window['backstageRtc']['accept']} */
async function accept(pc, sdp, response, changed = (answer) => answer) {
  const links = (response.headers.get('Link') ?? '').matchAll(/<(turns?:[^>]+)>; rel="ice-server"; username="([^"]+)"; credential="([^"]+)"/g);
  const iceServers = [...links].map(([, urls, username, credential]) => ({ urls, username, credential }));
  if (iceServers.length) pc.setConfiguration?.({ ...pc.getConfiguration(), iceServers });
  await pc.setLocalDescription({ type: 'offer', sdp });
  await pc.setRemoteDescription({ type: 'answer', sdp: changed(await response.text()) });
}

// Chromium sends and plays one channel of Opus unless a description says more.
/** @type {Window['backstageRtc']['inStereo']} */
function inStereo(sdp, ...more) {
  const opus = /a=rtpmap:(\d+) opus[^\r\n]*/i.exec(sdp);
  if (!opus) return sdp;
  const found = new RegExp(`a=fmtp:${opus[1]} [^\r\n]*`).exec(sdp);
  const said = found ? found[0].split(/[ ;]+/) : [];
  const words = ['stereo=1', ...more].filter((word) => !said.includes(word)).join(';');
  if (!words) return sdp;
  return found ? sdp.replace(found[0], `${found[0]};${words}`) : sdp.replace(opus[0], `${opus[0]}\r\na=fmtp:${opus[1]} ${words}`);
}

// Sends VP8 if the other side takes it, as every browser plays it.
/** @type {Window['backstageRtc']['preferVp8']} */
function preferVp8(sender) {
  const codecs = RTCRtpSender.getCapabilities('video').codecs;
  const first = codecs.filter((codec) => codec.mimeType === 'video/VP8');
  sender.setCodecPreferences?.([...first, ...codecs.filter((codec) => !first.includes(codec))]);
}

window.backstageRtc = { send, accept, inStereo, preferVp8 };
