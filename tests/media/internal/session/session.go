// Package session is a WHIP or WHEP session with pion: a client that shares no code with the service.
package session

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/pion/webrtc/v4"
)

// Access holds the credentials of a request: a Cookie header, a bearer key, or neither.
type Access struct{ Cookie, Key string }

// Session is a session by its Location header; the URL is secret.
type Session struct{ Location string }

// Negotiate posts an offer that includes all candidates and applies the answer.
func Negotiate(ctx context.Context, peer *webrtc.PeerConnection, target string, access Access) (Session, error) {
	offer, err := peer.CreateOffer(nil)
	if err != nil {
		return Session{}, err
	}
	gathered := webrtc.GatheringCompletePromise(peer)
	if err = peer.SetLocalDescription(offer); err != nil {
		return Session{}, err
	}
	<-gathered
	response, err := Ask(ctx, http.MethodPost, target, access, peer.LocalDescription().SDP)
	if err != nil {
		return Session{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return Session{}, err
	}
	if response.StatusCode != http.StatusCreated {
		return Session{}, fmt.Errorf("%s: %s", response.Status, strings.TrimSpace(string(body)))
	}
	location, err := response.Location()
	if err != nil {
		return Session{}, err
	}
	answer := webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: string(body)}
	return Session{location.String()}, peer.SetRemoteDescription(answer)
}

// End deletes the session. It is not an error if the service has already ended it.
func (s Session) End(access Access) error {
	response, err := Ask(context.Background(), http.MethodDelete, s.Location, access, "")
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode >= 500 {
		return fmt.Errorf("DELETE: %s", response.Status)
	}
	return nil
}

// Ask sends one request; body is SDP.
func Ask(ctx context.Context, method, target string, access Access, body string) (*http.Response, error) {
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
	if access.Cookie != "" {
		request.Header.Set("Cookie", access.Cookie)
	}
	if access.Key != "" {
		request.Header.Set("Authorization", "Bearer "+access.Key)
	}
	return http.DefaultClient.Do(request)
}
