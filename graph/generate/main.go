// Command generate makes Go code of schema.graphqls. It is what go generate runs.
//
// First it checks that the schema is complete as a privacy policy: that every
// personal field is classified, that no way leads around a classification, and
// that the rules agree with each other. All faults are printed, each with its
// line, and nothing is written while there is one. Then it writes the rules and
// the words of the schema as tables. Last it lets gqlgen write the executor,
// unless gqlgen bound a personal field to a Go type that is not sealed.
package main

import (
	"fmt"
	"os"

	"github.com/99designs/gqlgen/codegen/config"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run generates everything for the nearest gqlgen.yml, upwards from the working
// directory. The tables are written even where gqlgen fails: the packages that
// gqlgen binds to need them to compile.
func run() error {
	cfg, err := config.LoadConfigFromDefaultLocations()
	if err != nil {
		return err
	}
	schema, err := parse(cfg.Sources...)
	if err != nil {
		return err
	}
	if err := check(schema, cfg); err != nil {
		return err
	}
	if err := write(tables(schema)); err != nil {
		return err
	}
	return executor(cfg)
}
