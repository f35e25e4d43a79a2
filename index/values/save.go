package values

// saved is what the folder of a table holds already.
type saved struct{}

// Save writes t into the folder dir, which is absent. What the folder from
// already has of the same table is linked, not written again; from may be empty.
// Every file and the folder are on disk when it returns.
func (t *Table) Save(dir, from string) error { panic("to be written") }

// Load reads the table that Save wrote into dir, naming and nesting by r.
func Load(dir string, r *Resolver) (*Table, error) { panic("to be written") }
