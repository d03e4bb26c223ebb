package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/pion/webrtc/v4"
)

// session is what the endpoint's Location named; its URL is secret.
type session struct{ location string }

func newPeer(o options, counts *counts) (*webrtc.PeerConnection, error) {
	peer, err := webrtc.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return nil, err
	}
	peer.OnConnectionStateChange(func(state webrtc.PeerConnectionState) { counts.setState(state.String()) })
	return peer, nil
}

// negotiate posts the offer, with all candidates in it, and takes the answer.
func negotiate(ctx context.Context, peer *webrtc.PeerConnection, o options) (session, error) {
	offer, err := peer.CreateOffer(nil)
	if err != nil {
		return session{}, err
	}
	gathered := webrtc.GatheringCompletePromise(peer)
	if err = peer.SetLocalDescription(offer); err != nil {
		return session{}, err
	}
	<-gathered
	response, err := ask(ctx, http.MethodPost, o.url, o, peer.LocalDescription().SDP)
	if err != nil {
		return session{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return session{}, err
	}
	if response.StatusCode != http.StatusCreated {
		return session{}, fmt.Errorf("%s: %s", response.Status, strings.TrimSpace(string(body)))
	}
	location, err := response.Location()
	if err != nil {
		return session{}, err
	}
	answer := webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: string(body)}
	return session{location.String()}, peer.SetRemoteDescription(answer)
}

// end says goodbye. A session that the service has ended already is as good.
func (s session) end(o options) error {
	response, err := ask(context.Background(), http.MethodDelete, s.location, o, "")
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode >= 500 {
		return fmt.Errorf("DELETE: %s", response.Status)
	}
	return nil
}

func ask(ctx context.Context, method, target string, o options, body string) (*http.Response, error) {
	if _, err := url.ParseRequestURI(target); err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, method, target, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/sdp")
	}
	if o.cookie != "" {
		request.Header.Set("Cookie", o.cookie)
	}
	if o.key != "" {
		request.Header.Set("Authorization", "Bearer "+o.key)
	}
	return http.DefaultClient.Do(request)
}
