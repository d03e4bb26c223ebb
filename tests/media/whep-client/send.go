package main

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"backstage/media/internal/flow"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media"
	"github.com/pion/webrtc/v4/pkg/media/ivfreader"
	"github.com/pion/webrtc/v4/pkg/media/oggreader"
)

// send adds the tracks of the two files and, once connected, plays them until the context ends.
func send(ctx context.Context, peer *webrtc.PeerConnection, o options, counts *counts) error {
	if o.video == "" && o.audio == "" {
		return errors.New("-publish needs -video or -audio")
	}
	connected, stand := context.WithCancel(ctx)
	peer.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		counts.setState(state.String())
		if state == webrtc.PeerConnectionStateConnected {
			stand()
		}
	})
	for _, source := range []struct {
		path, mime, id string
		read           func(string) (frames, error)
		flow           *flow.Flow
	}{
		{o.video, webrtc.MimeTypeVP8, "video", readVideo, &counts.video},
		{o.audio, webrtc.MimeTypeOpus, "audio", readAudio, &counts.audio},
	} {
		if source.path == "" {
			continue
		}
		clip, err := source.read(source.path)
		if err != nil {
			return err
		}
		capability := webrtc.RTPCodecCapability{MimeType: source.mime}
		track, err := webrtc.NewTrackLocalStaticSample(capability, source.id, "whep-client")
		if err != nil {
			return err
		}
		sender, err := peer.AddTrack(track)
		if err != nil {
			return err
		}
		go countRequests(sender, counts)
		go play(ctx, connected, track, clip, source.flow, counts)
	}
	return nil
}

// frames is a clip whose frames all have the same duration.
type frames struct {
	bodies [][]byte
	each   time.Duration
}

func readVideo(path string) (frames, error) {
	file, err := os.Open(path)
	if err != nil {
		return frames{}, err
	}
	defer file.Close()
	reader, header, err := ivfreader.NewWith(file)
	if err != nil {
		return frames{}, err
	}
	each := time.Second * time.Duration(header.TimebaseNumerator) / time.Duration(header.TimebaseDenominator)
	clip := frames{each: each}
	for {
		frame, _, err := reader.ParseNextFrame()
		if errors.Is(err, io.EOF) {
			return clip, nil
		} else if err != nil {
			return frames{}, err
		}
		clip.bodies = append(clip.bodies, frame)
	}
}

func readAudio(path string) (frames, error) {
	file, err := os.Open(path)
	if err != nil {
		return frames{}, err
	}
	defer file.Close()
	reader, err := oggreader.NewWithOptions(file)
	if err != nil {
		return frames{}, err
	}
	clip := frames{each: 20 * time.Millisecond}
	for {
		page, header, err := reader.ParseNextPage()
		if errors.Is(err, io.EOF) {
			return clip, nil
		} else if err != nil {
			return frames{}, err
		}
		if _, isHeader := header.HeaderType(page); !isHeader {
			clip.bodies = append(clip.bodies, page)
		}
	}
}

func play(ctx, connected context.Context, track *webrtc.TrackLocalStaticSample, clip frames, f *flow.Flow, counts *counts) {
	<-connected.Done()
	ticker := time.NewTicker(clip.each)
	defer ticker.Stop()
	for i := 0; ctx.Err() == nil; i++ {
		body := clip.bodies[i%len(clip.bodies)]
		if track.WriteSample(media.Sample{Data: body, Duration: clip.each}) != nil {
			return
		}
		counts.sent(f, uint16(i), f == &counts.video && body[0]&1 == 0)
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
}

func countRequests(sender *webrtc.RTPSender, counts *counts) {
	for {
		packets, _, err := sender.ReadRTCP()
		if err != nil {
			return
		}
		for _, packet := range packets {
			if _, ok := packet.(*rtcp.PictureLossIndication); ok {
				counts.askedOnce()
			}
		}
	}
}
