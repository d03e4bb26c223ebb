package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"backstage/media/internal/flow"

	"github.com/pion/rtp"
)

// counts holds everything that is printed; pion's goroutines update it.
type counts struct {
	sync.Mutex
	start        time.Time
	video, audio flow.Flow
	asked        int
	state        string
}

func newCounts() *counts { return &counts{start: time.Now(), state: "new"} }

func (c *counts) add(f *flow.Flow, packet *rtp.Packet, key bool) {
	c.Lock()
	defer c.Unlock()
	f.Add(packet.SequenceNumber, key, time.Since(c.start))
}

// sent counts a publisher's frame as one packet.
func (c *counts) sent(f *flow.Flow, number uint16, key bool) {
	c.Lock()
	defer c.Unlock()
	f.Add(number, key, time.Since(c.start))
}

func (c *counts) askedOnce() {
	c.Lock()
	defer c.Unlock()
	c.asked++
}

func (c *counts) setState(state string) {
	c.Lock()
	defer c.Unlock()
	c.state = state
}

func (c *counts) nothing() bool {
	c.Lock()
	defer c.Unlock()
	return c.video.Packets+c.audio.Packets == 0
}

// line describes one second or, with Summary, the whole run. Times are in ms since the start; a publisher counts what
// it sends.
type line struct {
	T            float64 `json:"t"`
	VideoPackets int     `json:"video_packets"`
	AudioPackets int     `json:"audio_packets"`
	Keyframes    int     `json:"keyframes"`
	Lost         int     `json:"lost"`
	Asked        int     `json:"keyframe_requests"`
	State        string  `json:"state"`
	Summary      bool    `json:"summary,omitempty"`
	FirstKey     int64   `json:"first_keyframe_ms,omitempty"`
	LastPacket   int64   `json:"last_packet_ms,omitempty"`
}

func (c *counts) line() line {
	c.Lock()
	defer c.Unlock()
	return line{
		T: time.Since(c.start).Seconds(), VideoPackets: c.video.Packets, AudioPackets: c.audio.Packets,
		Keyframes: c.video.Keyframes, Lost: c.video.Lost() + c.audio.Lost(), Asked: c.asked, State: c.state,
	}
}

// print writes a line per second until the context ends, then the summary.
func (c *counts) print(ctx context.Context, asJSON bool) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	before := line{}
	for {
		select {
		case <-ctx.Done():
			last := c.line()
			last.Summary = true
			last.FirstKey = c.video.FirstKey.Milliseconds()
			last.LastPacket = max(c.video.LastPacket, c.audio.LastPacket).Milliseconds()
			write(last, asJSON)
			return
		case <-ticker.C:
			now := c.line()
			second := now
			second.VideoPackets -= before.VideoPackets
			second.AudioPackets -= before.AudioPackets
			second.Keyframes -= before.Keyframes
			second.Lost -= before.Lost
			second.Asked -= before.Asked
			write(second, asJSON)
			before = now
		}
	}
}

func write(l line, asJSON bool) {
	if asJSON {
		text, _ := json.Marshal(l)
		fmt.Println(string(text))
		return
	}
	what := fmt.Sprintf("%6.1f s", l.T)
	if l.Summary {
		what = fmt.Sprintf("in all: first keyframe after %d ms, last packet after %d ms;", l.FirstKey, l.LastPacket)
	}
	fmt.Printf("%s  video %d  audio %d  keyframes %d  lost %d  asked for keyframes %d  %s\n",
		what, l.VideoPackets, l.AudioPackets, l.Keyframes, l.Lost, l.Asked, l.State)
}
