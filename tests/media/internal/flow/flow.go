// Package flow counts the packets of a track.
package flow

import "time"

// Flow is one track: what came, and from its numbers what did not. What comes twice counts once.
type Flow struct {
	Packets, Keyframes   int
	first, highest       int64
	seen                 map[int64]bool
	FirstKey, LastPacket time.Duration
}

// Add extends the 16-bit number to the one nearest to the highest so far.
func (f *Flow) Add(number uint16, key bool, at time.Duration) {
	extended := int64(number)
	if f.seen == nil {
		f.seen, f.first, f.highest = map[int64]bool{}, extended, extended
	} else {
		extended = f.highest + int64(int16(number-uint16(f.highest)))
	}
	f.LastPacket = at
	if f.seen[extended] {
		return
	}
	f.seen[extended] = true
	f.highest = max(f.highest, extended)
	f.Packets++
	if key {
		if f.Keyframes == 0 {
			f.FirstKey = at
		}
		f.Keyframes++
	}
}

// Lost is the holes in the numbers.
func (f *Flow) Lost() int {
	if f.seen == nil {
		return 0
	}
	return int(f.highest-f.first) + 1 - f.Packets
}
