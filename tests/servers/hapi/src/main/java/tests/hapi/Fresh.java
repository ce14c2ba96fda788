package tests.hapi;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;

/** Lets every request say {@code Cache-Control: no-cache}, so that each search looks anew. */
final class Fresh extends HttpFilter {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        chain.doFilter(new NoCache(request), response);
    }

    private static final class NoCache extends HttpServletRequestWrapper {
        NoCache(HttpServletRequest request) {
            super(request);
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            return "Cache-Control".equalsIgnoreCase(name)
                    ? Collections.enumeration(Collections.singleton("no-cache"))
                    : super.getHeaders(name);
        }
    }
}
