package applicant

// OpenSession is a session of a person that has not ended, as that person sees it.
type OpenSession struct {
	ID         string
	Client     string // its name
	SignedInAt DateTime
	UsedAt     DateTime // begun or refreshed last
	Current    bool     // the one that asks
}
