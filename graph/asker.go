package graph

import (
	"context"
	"net/http"
	"net/netip"

	"joo.kz/kelisim/internal/auth"
	"joo.kz/kelisim/internal/signin"
)

// deviceHeader names the device that a client runs on, by a random text of the
// client's own that it keeps. It is optional, and only counted.
const deviceHeader = "Device-Id"

// longestDevice is how much of a device's name counts, in bytes.
const longestDevice = 100

type askerKey struct{}

// withAsker notes who asks, as far as limits count it. The request's remote address
// is that of the client, or of the proxy that is not trusted to tell it.
func withAsker(ctx context.Context, r *http.Request) context.Context {
	device := r.Header.Get(deviceHeader)
	asker := signin.Asker{Address: network(r.RemoteAddr), Device: device[:min(len(device), longestDevice)]}
	if c := auth.CallerOf(ctx); c != nil {
		asker.Client = c.ID
	}
	return context.WithValue(ctx, askerKey{}, asker)
}

func askerOf(ctx context.Context) signin.Asker {
	asker, _ := ctx.Value(askerKey{}).(signin.Asker)
	return asker
}

// network is what one subscriber has of the network: an address, of IPv6 a /64.
func network(remote string) string {
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return remote
	}
	address := at.Addr().Unmap()
	if address.Is4() {
		return address.String()
	}
	prefix, _ := address.WithZone("").Prefix(64)
	return prefix.String()
}
