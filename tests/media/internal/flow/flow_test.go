package flow

import "testing"

func TestLostIsWhatTheNumbersSay(t *testing.T) {
	for _, c := range []struct {
		name    string
		numbers []uint16
		lost    int
	}{
		{"nothing came", nil, 0},
		{"in order", []uint16{7, 8, 9}, 0},
		{"a hole", []uint16{7, 9, 12}, 3},
		{"a hole that is filled late", []uint16{7, 9, 8, 10}, 0},
		{"one that comes twice", []uint16{7, 8, 8, 10}, 1},
		{"over the end of 16 bits", []uint16{65534, 65535, 0, 2}, 1},
		{"out of order over the end", []uint16{65534, 0, 65535, 1}, 0},
	} {
		var f Flow
		for _, number := range c.numbers {
			f.Add(number, false, 0)
		}
		if f.Lost() != c.lost {
			t.Errorf("%s: %d lost, not %d", c.name, f.Lost(), c.lost)
		}
	}
}
