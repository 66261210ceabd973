/* Apache PDFBox and Bouncy Castle on a sealed page: java -cp JARS PdfBox.java FILE.pdf… prints a line for each, "valid" or what is wrong; 1 when one is not. */
import java.io.File;
import java.nio.file.Files;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;

class PdfBox {
	static String look(File path) throws Exception {
		byte[] file = Files.readAllBytes(path.toPath());
		try (PDDocument document = PDDocument.load(file)) {
			if (document.getSignatureDictionaries().size() != 1)
				return document.getSignatureDictionaries().size() + " signatures";
			PDSignature signature = document.getSignatureDictionaries().get(0);
			if (!"ETSI.CAdES.detached".equals(signature.getSubFilter()))
				return signature.getSubFilter();
			if (document.getDocumentCatalog().getNames().getEmbeddedFiles().getNames().get("certificate.json") == null)
				return "nothing attached";
			CMSSignedData cms = new CMSSignedData(new CMSProcessableByteArray(signature.getSignedContent(file)), signature.getContents(file));
			SignerInformation signer = cms.getSignerInfos().getSigners().iterator().next();
			X509CertificateHolder holder = (X509CertificateHolder)cms.getCertificates().getMatches(signer.getSID()).iterator().next();
			return signer.verify(new JcaSimpleSignerInfoVerifierBuilder().build(holder)) ? "valid" : "signature does not match";
		}
	}

	public static void main(String[] args) {
		boolean good = true;
		for (String arg : args) {
			String said;
			try {
				said = look(new File(arg));
			} catch (Exception e) {
				said = e.toString();
			}
			System.out.println(arg + ": " + said);
			good = good && said.equals("valid");
		}
		System.exit(good ? 0 : 1);
	}
}
