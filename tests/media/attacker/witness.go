package main

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"backstage/media/internal/flow"
	"backstage/media/internal/session"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// The publisher's packets per second; at 1,100 bytes that is 2.6 Mbit/s.
const rate = 300

// seen is the effect on the other room during one attack.
type seen struct {
	packets, lost int
	gap, health   time.Duration
}

// witness is a publisher with a fixed rate, its viewer, and a poller of the health check.
type witness struct {
	sync.Mutex
	publisher, viewer *webrtc.PeerConnection
	stop              context.CancelFunc
	flow              flow.Flow
	last              time.Time
	begun             int
	now               seen
}

func newWitness(h *demo) (*witness, error) {
	ctx, stop := context.WithCancel(context.Background())
	w := &witness{stop: stop}
	var err error
	if w.publisher, err = publish(ctx, h); err != nil {
		return nil, err
	}
	// The stream has no rehearsal to watch until its packets flow.
	for range 40 {
		if err = w.watch(ctx, h); err == nil {
			break
		}
		time.Sleep(250 * time.Millisecond)
	}
	if err != nil {
		return nil, err
	}
	go w.askHealth(ctx, h.URL+"/healthz")
	for range 100 {
		time.Sleep(100 * time.Millisecond)
		w.Lock()
		flows := w.flow.Packets > rate
		w.Unlock()
		if flows {
			return w, nil
		}
	}
	return nil, fmt.Errorf("no media flows")
}

// publish sends only VP8 keyframes of three packets each, so that every loss is caused by the network.
func publish(ctx context.Context, h *demo) (*webrtc.PeerConnection, error) {
	peer, err := webrtc.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return nil, err
	}
	capability := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000}
	track, err := webrtc.NewTrackLocalStaticRTP(capability, "video", "witness")
	if err != nil {
		return nil, err
	}
	if _, err = peer.AddTrack(track); err != nil {
		return nil, err
	}
	if _, err = session.Negotiate(ctx, peer, h.URL+h.Quiet.Whip, session.Access{Key: h.Quiet.Key}); err != nil {
		return nil, err
	}
	go func() {
		ticker := time.NewTicker(3 * time.Second / rate)
		defer ticker.Stop()
		for number := uint16(0); ctx.Err() == nil; <-ticker.C {
			for part := range 3 {
				body := make([]byte, 1100)
				if part == 0 {
					body[0] = 0x10
				}
				header := rtp.Header{Version: 2, SequenceNumber: number, Timestamp: uint32(number/3) * 900, Marker: part == 2}
				track.WriteRTP(&rtp.Packet{Header: header, Payload: body})
				number++
			}
		}
	}()
	return peer, nil
}

func (w *witness) watch(ctx context.Context, h *demo) error {
	peer, err := webrtc.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return err
	}
	w.viewer = peer
	only := webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}
	if _, err = peer.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo, only); err != nil {
		return err
	}
	peer.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		for {
			packet, _, err := track.ReadRTP()
			if err != nil {
				return
			}
			w.count(packet.SequenceNumber)
		}
	})
	_, err = session.Negotiate(ctx, peer, h.URL+h.Quiet.Whep, session.Access{Cookie: h.Cookies.Host})
	return err
}

func (w *witness) count(number uint16) {
	w.Lock()
	defer w.Unlock()
	now := time.Now()
	if !w.last.IsZero() {
		w.now.gap = max(w.now.gap, now.Sub(w.last))
	}
	w.last = now
	w.now.packets++
	w.flow.Add(number, false, 0)
}

func (w *witness) askHealth(ctx context.Context, url string) {
	client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for ctx.Err() == nil {
		asked := time.Now()
		took := 5 * time.Second
		if response, err := client.Get(url); err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				took = time.Since(asked)
			}
		}
		w.Lock()
		w.now.health = max(w.now.health, took)
		w.Unlock()
		time.Sleep(50 * time.Millisecond)
	}
}

func (w *witness) begin() {
	w.Lock()
	defer w.Unlock()
	w.now, w.begun = seen{}, w.flow.Lost()
}

func (w *witness) end() seen {
	w.Lock()
	defer w.Unlock()
	now := w.now
	now.gap = max(now.gap, time.Since(w.last))
	now.lost = w.flow.Lost() - w.begun
	return now
}

// victim returns the address that the publisher sends from.
func (w *witness) victim() string {
	pair, err := w.publisher.SCTP().Transport().ICETransport().GetSelectedCandidatePair()
	if err != nil || pair == nil {
		return ""
	}
	return fmt.Sprintf("%s:%d", pair.Local.Address, pair.Local.Port)
}

func (w *witness) close() {
	w.stop()
	w.viewer.Close()
	w.publisher.Close()
}
