package train

import "math"

// inverse holds 1/i, but for 0.
var inverse = [...]float64{0, 1, 1. / 2, 1. / 3, 1. / 4, 1. / 5, 1. / 6, 1. / 7, 1. / 8, 1. / 9, 1. / 10,
	1. / 11, 1. / 12, 1. / 13}

// exp is e to the x to some 15 digits. Package math has faster ones that differ
// between machines in the last digit.
func exp(x float64) float64 {
	if x < -700 {
		return 0
	}
	n := math.Floor(float64(x/math.Ln2) + 0.5)
	r := x - float64(n*math.Ln2)
	sum := 1.0
	for i := len(inverse) - 1; i > 0; i-- {
		sum = 1 + float64(float64(r*inverse[i])*sum)
	}
	return math.Ldexp(sum, int(n))
}
