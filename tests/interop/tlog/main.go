// Verifies with golang.org/x/mod/sumdb what our log writes: checkpoints, cosignatures, inclusion and consistency proofs, tiles and entries.
//
//	tlog log FOLDER VKEY              every tile and every entry of a log, and all kinds of proofs made from its tiles
//	tlog proof PROOF ENTRY VKEY       a .tlog-proof of an entry
//	tlog cosigned CHECKPOINT VKEY     by a witness (its verifier key has type 4)
//	tlog continues REQUEST OLD VKEY   the body of an add-checkpoint request, after the checkpoint OLD
//
// Exit status: 0 good, 1 refused.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
}

func read(path string) []byte {
	b, err := os.ReadFile(path)
	must(err)
	return b
}

type checkpoint struct {
	origin string
	tree   tlog.Tree
}

func open(msg []byte, vkey string) checkpoint {
	v, err := note.NewVerifier(vkey)
	must(err)
	n, err := note.Open(msg, note.VerifierList(v))
	must(err)
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] != v.Name() {
		must(errors.New("not the text of a checkpoint"))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	hash, err := tlog.ParseHash(lines[2])
	must(err)
	return checkpoint{lines[0], tlog.Tree{N: size, Hash: hash}}
}

// cosigner verifies signatures of type 4, which x/mod does not know by itself.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.hash }
func (c *cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), msg)
	return ed25519.Verify(c.key, []byte(signed), sig[8:])
}

func newCosigner(vkey string) *cosigner {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		must(errors.New("not a verifier key"))
	}
	material, err := base64.StdEncoding.DecodeString(parts[2])
	must(err)
	if len(material) != 33 || material[0] != 4 {
		must(errors.New("not a key for cosignatures"))
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), material...))
	hash := binary.BigEndian.Uint32(sum[:])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		must(errors.New("the identifier does not follow from the key"))
	}
	return &cosigner{parts[0], hash, material[1:]}
}

func hashes(lines []string) []tlog.Hash {
	var list []tlog.Hash
	for _, l := range lines {
		h, err := tlog.ParseHash(l)
		must(err)
		list = append(list, h)
	}
	return list
}

func proof(text, entry []byte, vkey string) {
	head, rest, found := bytes.Cut(text, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if len(lines) > 2 && strings.HasPrefix(lines[1], "extra ") {
		leaf, err := tlog.ParseHash(lines[1][6:])
		must(err)
		if leaf != tlog.RecordHash(entry) {
			must(errors.New("the extra line is not the hash of the entry"))
		}
		lines = append(lines[:1], lines[2:]...)
	}
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
		must(errors.New("not a tlog-proof"))
	}
	index, err := strconv.ParseInt(lines[1][6:], 10, 64)
	must(err)
	c := open(rest, vkey)
	must(tlog.CheckRecord(tlog.RecordProof(hashes(lines[2:])), c.tree.N, c.tree.Hash, index, tlog.RecordHash(entry)))
}

func continues(request, old []byte, vkey string) {
	head, rest, found := bytes.Cut(request, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	before, now := open(old, vkey), open(rest, vkey)
	if !found || lines[0] != fmt.Sprintf("old %d", before.tree.N) {
		must(errors.New("not from that size on"))
	}
	must(tlog.CheckTree(tlog.TreeProof(hashes(lines[1:])), now.tree.N, now.tree.Hash, before.tree.N, before.tree.Hash))
}

// folder reads tiles where C2SP tlog-tiles has them: as x/mod does, but for the height in the path.
type folder string

func (f folder) Height() int { return 8 }
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, t := range tiles {
		b, err := os.ReadFile(filepath.Join(string(f), strings.Replace(t.Path(), "tile/8/", "tile/", 1)))
		if err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	return all, nil
}
func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func wholeLog(dir, vkey string) {
	c := open(read(filepath.Join(dir, "checkpoint")), vkey)
	reader := tlog.TileHashReader(c.tree, folder(dir))
	root, err := tlog.TreeHash(c.tree.N, reader)
	must(err)
	if root != c.tree.Hash {
		must(errors.New("the tiles have another root"))
	}
	// Every tile that x/mod says there must be; of one that is not full x/mod lists all widths, and there is the last.
	tiles := tlog.NewTiles(8, 0, c.tree.N)
	for i, t := range tiles {
		if i+1 < len(tiles) && tiles[i+1].L == t.L && tiles[i+1].N == t.N {
			continue
		}
		data, err := folder(dir).ReadTiles([]tlog.Tile{t})
		must(err)
		if len(data[0]) != t.W*tlog.HashSize {
			must(fmt.Errorf("%s has %d bytes", t.Path(), len(data[0])))
		}
	}
	for first := int64(0); first < c.tree.N; first += 256 {
		width := c.tree.N - first
		if width > 256 {
			width = 256
		}
		t := tlog.Tile{H: 8, L: 0, N: first / 256, W: int(width)}
		var indexes []int64
		for i := first; i < first+width; i++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, i))
		}
		leaves, err := reader.ReadHashes(indexes)
		must(err)
		bundle := read(filepath.Join(dir, strings.Replace(t.Path(), "tile/8/0/", "tile/entries/", 1)))
		for i := range leaves {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				must(errors.New("a bundle of entries is too short"))
			}
			n := int(binary.BigEndian.Uint16(bundle))
			if tlog.RecordHash(bundle[2:2+n]) != leaves[i] {
				must(fmt.Errorf("entry %d is not the one in the tree", first+int64(i)))
			}
			bundle = bundle[2+n:]
		}
		if len(bundle) != 0 {
			must(errors.New("a bundle of entries is too long"))
		}
	}
	fmt.Println(c.origin, c.tree.N)
}

func main() {
	args := os.Args[1:]
	switch {
	case len(args) == 3 && args[0] == "log":
		wholeLog(args[1], args[2])
	case len(args) == 4 && args[0] == "proof":
		proof(read(args[1]), read(args[2]), args[3])
	case len(args) == 3 && args[0] == "cosigned":
		_, err := note.Open(read(args[1]), note.VerifierList(newCosigner(args[2])))
		must(err)
	case len(args) == 4 && args[0] == "continues":
		continues(read(args[1]), read(args[2]), args[3])
	default:
		os.Exit(64)
	}
}
