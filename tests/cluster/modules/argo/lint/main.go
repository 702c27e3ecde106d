// Lint holds the named files against Argo's own strict linter, with no server. It is what `argo lint --offline --strict`
// does; the `argo` command itself embeds a build of the UI that its module does not carry.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/argoproj/argo-workflows/v4/cmd/argo/lint"
	"github.com/argoproj/argo-workflows/v4/pkg/apiclient"
)

var kinds = []string{"workflows", "workflowtemplates", "cronworkflows", "clusterworkflowtemplates"}

func main() {
	files := os.Args[1:]
	ctx, client, err := apiclient.NewClientFromOptsWithContext(
		context.Background(), apiclient.Opts{Offline: true, OfflineFiles: files})
	if err == nil {
		err = lint.RunLint(ctx, client, kinds, "simple", true,
			lint.Options{Files: files, Strict: true, DefaultNamespace: "default", Printer: os.Stdout})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
