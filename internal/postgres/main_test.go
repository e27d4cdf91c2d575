package postgres_test

import (
	"os"
	"testing"

	"joo.kz/kelisim/internal/postgres/postgrestest"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Run(m)) }
