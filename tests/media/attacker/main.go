// Command attacker lets one account attack a server in several modes, one after the other, while a publisher and a
// viewer in another room count what they lose.
//
//	attacker -server target/release/backstage            all modes, as a table; exits with 1 if the other room was affected
//	attacker -server target/release/backstage -only pli  one of them
//
// It starts its own demo server. The attack itself runs in a separate process, pinned to one core.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// The limits of what the other room may lose.
const (
	longestGap    = 200 * time.Millisecond
	longestHealth = 200 * time.Millisecond
	limit         = 5 * time.Second
)

func main() {
	server := flag.String("server", "", "the backstage binary")
	only := flag.String("only", "", "run this mode alone")
	core := flag.String("core", "1", "the core for the attack; empty: any")
	worst := flag.String("worst", "", "used by the program itself: run this mode against the server that standard input describes")
	flag.Parse()
	var err error
	if *worst != "" {
		err = attack(*worst)
	} else {
		err = run(*server, *only, *core)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "attacker:", err)
		os.Exit(1)
	}
}

// attack runs in the child process.
func attack(name string) error {
	var t target
	if err := json.NewDecoder(os.Stdin).Decode(&t); err != nil {
		return err
	}
	for _, m := range modes {
		if m.name == name {
			said, err := m.do(&t)
			fmt.Println(said)
			return err
		}
	}
	return fmt.Errorf("no mode %q", name)
}

func run(server, only, core string) error {
	h, err := startDemo(server)
	if err != nil {
		return err
	}
	defer h.close()
	w, err := newWitness(h)
	if err != nil {
		return fmt.Errorf("the witnesses: %w", err)
	}
	defer w.close()
	noticed := 0
	fmt.Printf("%-20s %6s %8s %10s  %-34s %s\n", "attack", "lost", "gap ms", "health ms", "limits met", "what was done")
	w.begin()
	time.Sleep(2 * time.Second)
	if !row("nothing", w.end(), nil, "no attack") {
		return fmt.Errorf("the witnesses notice something without an attack")
	}
	for _, m := range modes {
		if only != "" && only != m.name {
			continue
		}
		before := h.limits()
		w.begin()
		said, err := worst(m.name, h.target(w.victim()), core)
		seen := w.end()
		// The server updates its counters once a second.
		time.Sleep(1100 * time.Millisecond)
		if !row(m.name, seen, difference(h.limits(), before), said) {
			noticed++
		}
		if err != nil {
			return fmt.Errorf("%s could not be done: %w", m.name, err)
		}
	}
	if noticed > 0 {
		return fmt.Errorf("%d attacks were noticed in the other room", noticed)
	}
	return nil
}

// worst runs one mode in a child process on its core and returns the child's summary.
func worst(name string, t target, core string) (string, error) {
	self, _ := os.Executable()
	command := []string{self, "-worst", name}
	if core != "" {
		command = append([]string{"taskset", "-c", core}, command...)
	}
	described, _ := json.Marshal(t)
	child := exec.Command(command[0], command[1:]...)
	child.Stdin = strings.NewReader(string(described))
	out, err := child.CombinedOutput()
	said := strings.TrimSpace(string(out))
	if at := strings.LastIndexByte(said, '\n'); at >= 0 {
		said = said[at+1:]
	}
	return said, err
}

// row prints the effect on the other room; it returns false if that exceeds a limit.
func row(name string, s seen, limits map[string]float64, said string) bool {
	good := s.lost == 0 && s.gap <= longestGap && s.health <= longestHealth && s.packets > 0
	verdict := ""
	if !good {
		verdict = "  NOTICED"
	}
	met := []string{}
	for kind, count := range limits {
		met = append(met, fmt.Sprintf("%s %.0f", kind, count))
	}
	fmt.Printf("%-20s %6d %8.0f %10.0f  %-34s %s%s\n", name, s.lost, ms(s.gap), ms(s.health), strings.Join(met, ", "), said, verdict)
	return good
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
