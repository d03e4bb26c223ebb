// Package flow counts the packets of a track.
package flow

import "time"

// Flow counts the packets of one track and, from their numbers, the missing ones. Duplicates count once.
type Flow struct {
	Packets, Keyframes   int
	first, highest       int64
	seen                 map[int64]bool
	FirstKey, LastPacket time.Duration
}

// Add records a packet; its 16-bit number is extended to the value nearest to the highest so far.
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

// Lost returns how many numbers are missing.
func (f *Flow) Lost() int {
	if f.seen == nil {
		return 0
	}
	return int(f.highest-f.first) + 1 - f.Packets
}
