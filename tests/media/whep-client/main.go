// Command whep-client watches (WHEP) or publishes (WHIP) with pion: a client that shares no code with the service.
//
//	whep-client -url http://127.0.0.1:3000/streams/ID/whep -cookie 'session=…' -seconds 10 -json
//	whep-client -publish -url http://127.0.0.1:3000/streams/ID/whip -key KEY -video card.ivf -audio card.ogg
//
// It prints a line per second and a summary. It exits with 1 if it was refused or if no media flowed at all.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"backstage/media/internal/session"

	"github.com/pion/webrtc/v4"
)

type options struct {
	url, cookie, key string
	seconds          float64
	json, publish    bool
	video, audio     string
}

func (o options) access() session.Access { return session.Access{Cookie: o.cookie, Key: o.key} }

func main() {
	var o options
	flag.StringVar(&o.url, "url", "", "the WHEP endpoint, or with -publish the WHIP endpoint")
	flag.StringVar(&o.cookie, "cookie", "", "value of the Cookie header")
	flag.StringVar(&o.key, "key", "", "bearer key")
	flag.Float64Var(&o.seconds, "seconds", 10, "how long to stay")
	flag.BoolVar(&o.json, "json", false, "print JSON lines")
	flag.BoolVar(&o.publish, "publish", false, "send -video and -audio, over and over")
	flag.StringVar(&o.video, "video", "", "an IVF file with VP8, or an .h264 file of 30 frames a second")
	flag.StringVar(&o.audio, "audio", "", "an Ogg file with Opus, one packet of 20 ms a page")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "whep-client:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	if o.url == "" {
		return fmt.Errorf("-url is missing")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, time.Duration(o.seconds*float64(time.Second)))
	defer cancel()
	counts := newCounts()
	peer, err := webrtc.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return err
	}
	defer peer.Close()
	peer.OnConnectionStateChange(func(state webrtc.PeerConnectionState) { counts.setState(state.String()) })
	if o.publish {
		if err = send(ctx, peer, o, counts); err != nil {
			return err
		}
	} else if err = receive(peer, counts); err != nil {
		return err
	}
	opened, err := session.Negotiate(ctx, peer, o.url, o.access())
	if err != nil {
		return err
	}
	counts.print(ctx, o.json)
	if err = opened.End(o.access()); err != nil {
		return err
	}
	if counts.nothing() {
		return fmt.Errorf("no media flowed")
	}
	return nil
}
