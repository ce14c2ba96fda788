package tests.hapi;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.provider.JpaCapabilityStatementProvider;
import ca.uhn.fhir.jpa.provider.JpaSystemProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import org.springframework.context.ApplicationContext;

/** The REST side: every resource type, batch and transaction, pages of 200 unless asked and 1,000 at most. */
final class FhirServlet extends RestfulServer {
    private static final long serialVersionUID = 1L;
    private final transient ApplicationContext beans;

    FhirServlet(ApplicationContext beans) {
        this.beans = beans;
    }

    @Override
    protected void initialize() {
        setFhirContext(beans.getBean(FhirContext.class));
        setDefaultResponseEncoding(EncodingEnum.JSON);
        registerProviders(beans.getBean(ResourceProviderFactory.class).createProviders());
        registerProvider(beans.getBean(JpaSystemProvider.class));

        var paging = beans.getBean(DatabaseBackedPagingProvider.class);
        paging.setDefaultPageSize(200);
        paging.setMaximumPageSize(1000);
        setPagingProvider(paging);

        setServerConformanceProvider(new JpaCapabilityStatementProvider(
                this,
                beans.getBean(IFhirSystemDao.class),
                beans.getBean(JpaStorageSettings.class),
                beans.getBean(ISearchParamRegistry.class),
                beans.getBean(IValidationSupport.class)));
    }
}
