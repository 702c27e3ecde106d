// Lint holds the named files against Argo's own strict linter, with no server. It is what `argo lint --offline --strict`
// does; the `argo` command itself embeds a build of the UI that its module does not carry.
package main

import (
	"context"
	"fmt"
	"os"
	"reflect"

	"github.com/argoproj/argo-workflows/v4/cmd/argo/lint"
	"github.com/argoproj/argo-workflows/v4/pkg/apiclient"
)

var kinds = []string{"workflows", "workflowtemplates", "cronworkflows", "clusterworkflowtemplates"}

func main() {
	files := os.Args[1:]
	ctx, client, err := apiclient.NewClientFromOptsWithContext(
		context.Background(), apiclient.Opts{Offline: true, OfflineFiles: files})
	if err == nil {
		err = lint.RunLint(ctx, client, kinds, "simple", true, options(lint.RunLint, files))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// options are those of the linter, whose type has another name in Argo 4.0 than in 4.1. A field that is gone panics.
func options[O any](_ func(context.Context, apiclient.Client, []string, string, bool, O) error, files []string) O {
	var chosen O
	values := reflect.ValueOf(&chosen).Elem()
	values.FieldByName("Files").Set(reflect.ValueOf(files))
	values.FieldByName("Strict").SetBool(true)
	values.FieldByName("DefaultNamespace").SetString("default")
	values.FieldByName("Printer").Set(reflect.ValueOf(os.Stdout))
	return chosen
}
