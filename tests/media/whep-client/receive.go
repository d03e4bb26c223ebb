package main

import (
	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
	"github.com/pion/webrtc/v4"
)

// receive asks for one video and one audio track and counts what arrives.
func receive(peer *webrtc.PeerConnection, counts *counts) error {
	only := webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}
	for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeVideo, webrtc.RTPCodecTypeAudio} {
		if _, err := peer.AddTransceiverFromKind(kind, only); err != nil {
			return err
		}
	}
	peer.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		flow := &counts.audio
		if track.Kind() == webrtc.RTPCodecTypeVideo {
			flow = &counts.video
		}
		for {
			packet, _, err := track.ReadRTP()
			if err != nil {
				return
			}
			counts.add(flow, packet, flow == &counts.video && startsKeyframe(packet))
		}
	})
	return nil
}

func startsKeyframe(packet *rtp.Packet) bool {
	var vp8 codecs.VP8Packet
	frame, err := vp8.Unmarshal(packet.Payload)
	return err == nil && vp8.S == 1 && vp8.PID == 0 && len(frame) > 0 && frame[0]&1 == 0
}
