package main

import (
	"github.com/99designs/gqlgen/api"
	"github.com/99designs/gqlgen/codegen/config"
)

// executor lets gqlgen write the executor and the models.
func executor(cfg *config.Config) error {
	plugin := &sealing{}
	err := api.Generate(cfg, api.PrependPlugin(plugin), api.AddPlugin(&members{imports: map[string]bool{}}))
	if fault := plugin.err(); fault != nil {
		return fault // without gqlgen's words before it
	}
	return err
}
