// What all of our WebRTC sessions do before they are offered.

// Waits only briefly for our own candidates: the server answers to whatever address our packets come from.
/** @type {Window['backstageRtc']['gathered']} */
function gathered(pc) {
  return new Promise((resolve) => {
    if (pc.iceGatheringState === 'complete') return resolve();
    pc.addEventListener('icegatheringstatechange', () => pc.iceGatheringState === 'complete' && resolve());
    setTimeout(resolve, 150);
  });
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

window.backstageRtc = { gathered, inStereo, preferVp8 };
