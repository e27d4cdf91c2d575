// Package transit keeps the keys of epochs in a key-management service: the
// Transit secrets engine of OpenBao, or of HashiCorp Vault, which speaks the same
// protocol. A key never leaves the service; it wraps and unwraps what is sent.
//
// One epoch is one Transit key of type aes256-gcm96, kelisim-epoch-000001 and so
// on, that can be neither exported nor deleted as it is made. To destroy an epoch
// is the operator's act, on the service, with rights that this program lacks. It
// needs these and no more, at a mount of its own ("+" is one segment, so that a
// key's config, rotation and export stay shut):
//
//	path "transit/keys"      { capabilities = ["list"] }
//	path "transit/keys/+"    { capabilities = ["read", "update"] }
//	path "transit/encrypt/+" { capabilities = ["update"] }
//	path "transit/decrypt/+" { capabilities = ["update"] }
package transit
