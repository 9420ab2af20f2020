// Command vap-status type checks the validating admission policies of an API server and writes what it finds into
// their status, until it is killed. It is the one controller of kube-controller-manager that does so, alone: a plain
// API server accepts a policy whose expressions can never be right, and leaves its status empty.
package main

import (
	"context"
	"flag"
	"log"
	"time"

	apiextensionsscheme "k8s.io/apiextensions-apiserver/pkg/client/clientset/clientset/scheme"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/cel/openapi/resolver"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	k8sscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/kubernetes/pkg/controller/validatingadmissionpolicystatus"
	"k8s.io/kubernetes/pkg/generated/openapi"
)

func main() {
	server := flag.String("server", "", "`URL` of the API server")
	ca := flag.String("ca", "", "`file` with the certificate to trust")
	token := flag.String("token-file", "", "`file` with the bearer token of a user who may write the status of policies")
	flag.Parse()

	config := &rest.Config{
		Host:            *server,
		BearerTokenFile: *token,
		TLSClientConfig: rest.TLSClientConfig{CAFile: *ca},
	}
	if err := run(context.Background(), config); err != nil {
		log.Fatal(err)
	}
}

// run builds the controller as cmd/kube-controller-manager/app/validatingadmissionpolicystatus.go does.
func run(ctx context.Context, config *rest.Config) error {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	discovery := client.Discovery()
	checker := &validating.TypeChecker{
		SchemaResolver: resolver.
			NewDefinitionsSchemaResolver(openapi.GetOpenAPIDefinitions, k8sscheme.Scheme, apiextensionsscheme.Scheme).
			Combine(&resolver.ClientDiscoveryResolver{Discovery: discovery}),
		RestMapper: restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(discovery)),
	}
	factory := informers.NewSharedInformerFactory(client, time.Hour)
	controller, err := validatingadmissionpolicystatus.NewController(
		factory.Admissionregistration().V1().ValidatingAdmissionPolicies(),
		client.AdmissionregistrationV1().ValidatingAdmissionPolicies(),
		checker,
	)
	if err != nil {
		return err
	}
	factory.Start(ctx.Done())
	controller.Run(ctx, 1)
	return nil
}
