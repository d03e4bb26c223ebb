package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// demo is a demo server of its own, stopped and removed with the program.
type demo struct {
	process *exec.Cmd
	data    string
	URL     string `json:"url"`
	Whep    string `json:"whep"`
	Quiet   struct {
		Whip string `json:"whip"`
		Whep string `json:"whep"`
		Key  string `json:"whip_key"`
	} `json:"scheduled"`
	Cookies struct{ Host, Viewer, Operator string } `json:"cookies"`
}

// target is what the attacker knows: routes that its account may use, and the address of another client.
type target struct {
	Whep, Cookie string
	Victim       string
}

func startDemo(server string) (*demo, error) {
	if server == "" {
		return nil, fmt.Errorf("-server is missing")
	}
	data, err := os.MkdirTemp("", "attacked")
	if err != nil {
		return nil, err
	}
	h := &demo{data: data}
	h.process = exec.Command(server, "demo", "--json", "--listen", "127.0.0.1:0", "--data", data)
	h.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if log := os.Getenv("SERVER_LOG"); log != "" {
		file, err := os.Create(log)
		if err != nil {
			return nil, err
		}
		h.process.Stderr = file
	}
	out, err := h.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err = h.process.Start(); err != nil {
		return nil, err
	}
	if err = json.NewDecoder(bufio.NewReader(out)).Decode(h); err != nil {
		h.close()
		return nil, fmt.Errorf("the server did not start: %w", err)
	}
	return h, nil
}

func (h *demo) close() {
	h.process.Process.Signal(syscall.SIGTERM)
	h.process.Wait()
	os.RemoveAll(h.data)
}

func (h *demo) target(victim string) target {
	return target{Whep: h.URL + h.Whep, Cookie: h.Cookies.Viewer, Victim: victim}
}

// limits reads how often each media limit was exceeded.
func (h *demo) limits() map[string]float64 {
	found := map[string]float64{}
	request, _ := http.NewRequest(http.MethodGet, h.URL+"/metrics", nil)
	request.Header.Set("Cookie", h.Cookies.Operator)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return found
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	for line := range strings.Lines(string(body)) {
		rest, ours := strings.CutPrefix(line, `media_limits_total{kind="`)
		kind, value, whole := strings.Cut(strings.TrimSpace(rest), `"} `)
		if count, err := strconv.ParseFloat(value, 64); ours && whole && err == nil {
			found[kind] = count
		}
	}
	return found
}

func difference(after, before map[string]float64) map[string]float64 {
	grown := map[string]float64{}
	for kind, count := range after {
		if count > before[kind] {
			grown[kind] = count - before[kind]
		}
	}
	return grown
}
