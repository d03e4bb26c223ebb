package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/pion/rtp"
)

// flow is one track: what came, and from its numbers what did not. What comes twice counts once.
type flow struct {
	packets, keyframes   int
	first, highest       int64
	seen                 map[int64]bool
	firstKey, lastPacket time.Duration
}

// add extends the 16-bit number to the one nearest to the highest so far.
func (f *flow) add(number uint16, key bool, at time.Duration) {
	extended := int64(number)
	if f.seen == nil {
		f.seen, f.first, f.highest = map[int64]bool{}, extended, extended
	} else {
		extended = f.highest + int64(int16(number-uint16(f.highest)))
	}
	f.lastPacket = at
	if f.seen[extended] {
		return
	}
	f.seen[extended] = true
	f.highest = max(f.highest, extended)
	f.packets++
	if key {
		if f.keyframes == 0 {
			f.firstKey = at
		}
		f.keyframes++
	}
}

func (f *flow) lost() int {
	if f.seen == nil {
		return 0
	}
	return int(f.highest-f.first) + 1 - f.packets
}

// counts is all that is printed; pion's goroutines write it.
type counts struct {
	sync.Mutex
	start        time.Time
	video, audio flow
	asked        int
	state        string
}

func newCounts() *counts { return &counts{start: time.Now(), state: "new"} }

func (c *counts) add(f *flow, packet *rtp.Packet, key bool) {
	c.Lock()
	defer c.Unlock()
	f.add(packet.SequenceNumber, key, time.Since(c.start))
}

// sent counts a frame of a publisher as one packet.
func (c *counts) sent(f *flow, number uint16, key bool) {
	c.Lock()
	defer c.Unlock()
	f.add(number, key, time.Since(c.start))
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
	return c.video.packets+c.audio.packets == 0
}

// line is one second, or with Summary all of it. Times are in ms since the start; a publisher counts what it sends.
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
		T: time.Since(c.start).Seconds(), VideoPackets: c.video.packets, AudioPackets: c.audio.packets,
		Keyframes: c.video.keyframes, Lost: c.video.lost() + c.audio.lost(), Asked: c.asked, State: c.state,
	}
}

// print writes what each second brought until the time is over, then the sums.
func (c *counts) print(ctx context.Context, asJSON bool) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	before := line{}
	for {
		select {
		case <-ctx.Done():
			last := c.line()
			last.Summary = true
			last.FirstKey = c.video.firstKey.Milliseconds()
			last.LastPacket = max(c.video.lastPacket, c.audio.lastPacket).Milliseconds()
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
