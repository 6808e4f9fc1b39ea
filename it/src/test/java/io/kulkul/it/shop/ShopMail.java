package io.kulkul.it.shop;

import jakarta.annotation.Resource;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** An application that has no Kulkul in it, and puts what it is sent into the queue, as one text message for each line. */
@WebServlet("/mail")
public class ShopMail extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Resource(lookup = "jms/kulkul/ConnectionFactory")
    transient ConnectionFactory factory;

    @Resource(lookup = "jms/kulkul/Publish")
    transient Queue queue;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String body = new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try (JMSContext context = factory.createContext()) {
            body.lines().forEach(line -> context.createProducer().send(queue, line));
        }
    }
}
