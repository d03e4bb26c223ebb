package main

import (
	"encoding/binary"
	"net"
	"syscall"
)

// raw writes datagrams with any source address.
type raw struct {
	socket   int
	from, to *net.UDPAddr
}

func openRaw(from, to string) (*raw, error) {
	source, err := net.ResolveUDPAddr("udp4", from)
	if err != nil {
		return nil, err
	}
	target, err := net.ResolveUDPAddr("udp4", to)
	if err != nil {
		return nil, err
	}
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_RAW, syscall.IPPROTO_RAW)
	if err != nil {
		return nil, err
	}
	return &raw{socket, source, target}, nil
}

// send writes the IP header, which the kernel completes, a UDP header without a checksum, and the body.
func (r *raw) send(body []byte) error {
	packet := make([]byte, 28, 28+len(body))
	packet[0], packet[8], packet[9] = 0x45, 64, syscall.IPPROTO_UDP
	binary.BigEndian.PutUint16(packet[2:], uint16(28+len(body)))
	copy(packet[12:], r.from.IP.To4())
	copy(packet[16:], r.to.IP.To4())
	binary.BigEndian.PutUint16(packet[20:], uint16(r.from.Port))
	binary.BigEndian.PutUint16(packet[22:], uint16(r.to.Port))
	binary.BigEndian.PutUint16(packet[24:], uint16(8+len(body)))
	to := syscall.SockaddrInet4{}
	copy(to.Addr[:], r.to.IP.To4())
	return syscall.Sendto(r.socket, append(packet, body...), 0, &to)
}

func (r *raw) close() { syscall.Close(r.socket) }
