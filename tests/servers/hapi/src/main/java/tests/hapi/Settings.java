package tests.hapi;

import ca.uhn.fhir.batch2.jobs.config.Batch2JobsConfig;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.config.ThreadPoolFactoryConfig;
import ca.uhn.fhir.jpa.batch2.JpaBatch2Config;
import ca.uhn.fhir.jpa.binary.api.IBinaryStorageSvc;
import ca.uhn.fhir.jpa.binstore.MemoryBinaryStorageSvcImpl;
import ca.uhn.fhir.jpa.config.HapiJpaConfig;
import ca.uhn.fhir.jpa.config.r4.JpaR4Config;
import ca.uhn.fhir.jpa.config.util.HapiEntityManagerFactoryUtil;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.config.SubscriptionSettings;
import ca.uhn.fhir.jpa.model.dialect.HapiFhirH2Dialect;
import ca.uhn.fhir.jpa.searchparam.config.NicknameServiceConfig;
import ca.uhn.fhir.jpa.searchparam.submit.config.SearchParamSubmitterConfig;
import ca.uhn.fhir.jpa.subscription.channel.config.SubscriptionChannelConfig;
import ca.uhn.fhir.jpa.subscription.match.config.SubscriptionProcessorConfig;
import ca.uhn.fhir.jpa.subscription.match.deliver.email.IEmailSender;
import ca.uhn.fhir.jpa.subscription.submit.config.SubscriptionSubmitterConfig;
import ca.uhn.fhir.jpa.subscription.submit.interceptor.SubscriptionMatcherInterceptor;
import ca.uhn.fhir.jpa.subscription.submit.interceptor.SynchronousSubscriptionMatcherInterceptor;
import ca.uhn.fhir.jpa.topic.SubscriptionTopicConfig;
import jakarta.persistence.EntityManagerFactory;
import java.util.Properties;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.hl7.fhir.dstu2.model.Subscription.SubscriptionChannelType;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;

/**
 * HAPI as it comes, less what a ward's client never sees: no full text, no terminology, no jobs by the clock.
 *
 * <p>A search is answered from what the same one found within the last minute, as HAPI does by itself, unless the
 * request says {@code Cache-Control: no-cache}. What a reference names and is not there is made as an empty
 * placeholder, so that bundles load in any order; {@code -Dreferences=strict} refuses it, as HAPI does by itself.
 */
@Configuration
@Import({
    JpaR4Config.class,
    HapiJpaConfig.class,
    JpaBatch2Config.class,
    Batch2JobsConfig.class,
    NicknameServiceConfig.class,
    SearchParamSubmitterConfig.class,
    SubscriptionChannelConfig.class,
    SubscriptionProcessorConfig.class,
    SubscriptionSubmitterConfig.class,
    SubscriptionTopicConfig.class,
    ThreadPoolFactoryConfig.class,
})
class Settings {
    @Bean
    JpaStorageSettings storageSettings() {
        var settings = new JpaStorageSettings();
        boolean strict = "strict".equals(System.getProperty("references"));
        settings.setAutoCreatePlaceholderReferenceTargets(!strict);
        settings.setEnforceReferentialIntegrityOnWrite(strict);
        settings.setEnforceReferentialIntegrityOnDelete(strict);
        settings.setAllowExternalReferences(true);
        settings.setAllowMultipleDelete(true);
        settings.setHibernateSearchIndexFullText(false);
        settings.setPreExpandValueSets(false);
        return settings;
    }

    @Bean
    PartitionSettings partitionSettings() {
        return new PartitionSettings();
    }

    @Bean
    SubscriptionSettings subscriptionSettings() {
        var settings = new SubscriptionSettings();
        settings.addSupportedSubscriptionType(SubscriptionChannelType.WEBSOCKET);
        return settings;
    }

    @Bean
    DataSource dataSource() {
        var pool = JdbcConnectionPool.create("jdbc:h2:mem:hapi;DB_CLOSE_DELAY=-1", "", "");
        pool.setMaxConnections(32);
        return pool;
    }

    @Bean
    LocalContainerEntityManagerFactoryBean entityManagerFactory(
            ConfigurableListableBeanFactory beans, FhirContext fhir, DataSource data, JpaStorageSettings settings) {
        var factory = HapiEntityManagerFactoryUtil.newEntityManagerFactory(beans, fhir, settings);
        factory.setPersistenceUnitName("hapi");
        factory.setDataSource(data);
        var properties = new Properties();
        properties.setProperty("hibernate.dialect", HapiFhirH2Dialect.class.getName());
        properties.setProperty("hibernate.hbm2ddl.auto", "create-only");
        properties.setProperty("hibernate.search.enabled", "false");
        factory.setJpaProperties(properties);
        return factory;
    }

    @Bean
    @Primary
    JpaTransactionManager transactionManager(EntityManagerFactory factory) {
        return new JpaTransactionManager(factory);
    }

    @Bean
    IBinaryStorageSvc binaryStorage() {
        return new MemoryBinaryStorageSvcImpl();
    }

    /** Tells subscribers at once. HAPI's own, of the same name, has the scheduler do it every five seconds. */
    @Bean
    SubscriptionMatcherInterceptor subscriptionMatcherInterceptor() {
        return new SynchronousSubscriptionMatcherInterceptor();
    }

    /** Asked for by the subscriptions' beans; no subscription of this server may be one by mail. */
    @Bean
    IEmailSender noMail() {
        return details -> {
            throw new UnsupportedOperationException("no mail");
        };
    }
}
