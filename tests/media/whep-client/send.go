package main

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"time"

	"backstage/media/internal/flow"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media"
	"github.com/pion/webrtc/v4/pkg/media/h264reader"
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
	picture, readPicture := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8}, readVideo
	if strings.HasSuffix(o.video, ".h264") {
		picture, readPicture = h264, readH264
	}
	for _, source := range []struct {
		path, id   string
		capability webrtc.RTPCodecCapability
		read       func(string) (frames, error)
		flow       *flow.Flow
	}{
		{o.video, "video", picture, readPicture, &counts.video},
		{o.audio, "audio", webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus}, readAudio, &counts.audio},
	} {
		if source.path == "" {
			continue
		}
		clip, err := source.read(source.path)
		if err != nil {
			return err
		}
		track, err := webrtc.NewTrackLocalStaticSample(source.capability, source.id, "whep-client")
		if err != nil {
			return err
		}
		sender, err := peer.AddTrack(track)
		if err != nil {
			return err
		}
		if source.capability.MimeType == webrtc.MimeTypeH264 {
			only := []webrtc.RTPCodecParameters{{RTPCodecCapability: h264, PayloadType: 125}}
			if err = peer.GetTransceivers()[0].SetCodecPreferences(only); err != nil {
				return err
			}
		}
		go countRequests(sender, counts)
		go play(ctx, connected, track, clip, source.flow, counts)
	}
	return nil
}

// h264 is what OBS offers, and nothing else: constrained baseline at level 3.1.
var h264 = webrtc.RTPCodecCapability{
	MimeType:    webrtc.MimeTypeH264,
	ClockRate:   90000,
	SDPFmtpLine: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
}

// frames is a clip whose frames all have the same duration.
type frames struct {
	bodies [][]byte
	each   time.Duration
	isKey  func(body []byte) bool
}

// readH264 reads a raw stream of 30 frames a second with one slice a frame. Parameters stand before each key frame.
func readH264(path string) (frames, error) {
	file, err := os.Open(path)
	if err != nil {
		return frames{}, err
	}
	defer file.Close()
	reader, err := h264reader.NewReader(file)
	if err != nil {
		return frames{}, err
	}
	isParameters := func(body []byte) bool { return body[4]&0x1f == byte(h264reader.NalUnitTypeSPS) }
	clip := frames{each: time.Second / 30, isKey: isParameters}
	var body []byte
	for {
		unit, err := reader.NextNAL()
		if errors.Is(err, io.EOF) {
			return clip, nil
		} else if err != nil {
			return frames{}, err
		}
		body = append(append(body, 0, 0, 0, 1), unit.Data...)
		switch unit.UnitType {
		case h264reader.NalUnitTypeCodedSliceNonIdr, h264reader.NalUnitTypeCodedSliceIdr:
			clip.bodies, body = append(clip.bodies, body), nil
		}
	}
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
	clip := frames{each: each, isKey: func(body []byte) bool { return body[0]&1 == 0 }}
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
	clip := frames{each: 20 * time.Millisecond, isKey: func([]byte) bool { return false }}
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
		counts.sent(f, uint16(i), clip.isKey(body))
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
