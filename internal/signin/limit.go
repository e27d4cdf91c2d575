package signin

import "time"

// Limit is how often something may be done: Burst times at once, and again as
// often as each Per divided by Burst passes (the generic cell rate algorithm,
// ITU-T I.371).
type Limit struct {
	What  string // that is counted, such as codes to a number
	Burst int
	Per   time.Duration
}

// LimitedError is returned where a limit is reached.
type LimitedError struct{ After time.Duration } // until there is one again

func (e *LimitedError) Error() string { return "signin: too often" }

// Each is the time in which one more may be done.
func (l Limit) Each() time.Duration { return l.Per / time.Duration(l.Burst) }

// Bucket is a limit as it is counted of someone: an address, a device, a client or
// a number. The database keeps no name of theirs, but a hash that needs the key.
type Bucket struct {
	Limit

	Hash []byte
}

// Asker is who asks for a code, or tries one.
type Asker struct {
	Address string // of the network; of IPv6, the /64
	Device  string // as the client names it; empty where it names none
	Client  string
}

// CodeBuckets are what limits the codes that are sent. A number has the strictest
// limits, since each code costs, and annoys whoever did not ask for it.
func (k *Keys) CodeBuckets(a Asker, to string) []Bucket {
	return append(k.device(a, Limit{"codes to a device", 10, time.Hour}),
		k.bucket(Limit{"codes to an address", 300, time.Hour}, a.Address),
		k.bucket(Limit{"codes to a client", 20_000, time.Hour}, a.Client),
		k.bucket(Limit{"codes to a number", 3, 15 * time.Minute}, to),
		k.bucket(Limit{"codes to a number in a day", 10, 24 * time.Hour}, to),
	)
}

// TryBuckets are what limits the tries of codes and of refresh tokens.
func (k *Keys) TryBuckets(a Asker) []Bucket {
	return append(k.device(a, Limit{"tries of a device", 60, time.Hour}),
		k.bucket(Limit{"tries of an address", 600, time.Hour}, a.Address),
		k.bucket(Limit{"tries of a client", 20_000, time.Hour}, a.Client),
	)
}

// IINBuckets are what limits the IINs that a person gives as their own. That another
// person has one is told, so that whoever could try many would learn who is registered.
func (k *Keys) IINBuckets(a Asker, user string) []Bucket {
	return []Bucket{
		k.bucket(Limit{"IINs from an address", 300, time.Hour}, a.Address),
		k.bucket(Limit{"IINs of a person", 5, 24 * time.Hour}, user),
	}
}

// device is the limit of a device, if it has a name.
func (k *Keys) device(a Asker, l Limit) []Bucket {
	if a.Device == "" {
		return nil
	}
	return []Bucket{k.bucket(l, a.Client, a.Device)}
}

func (k *Keys) bucket(l Limit, of ...string) Bucket {
	return Bucket{Limit: l, Hash: mac(k.limits, append([]string{l.What}, of...)...)}
}
