//! Namespaces.

use super::error::Code;
use super::parser::{Element, Event, Parser};

const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

impl Parser {
    /// Reads the namespaces that a tag declares and writes names with theirs.
    /// Gives how many of the attributes that are left stood in the tag.
    pub fn resolve(
        &mut self,
        element: &mut Element,
        attributes: &mut Vec<(String, String)>,
        specified: usize,
    ) -> Result<usize, Code> {
        let mut left = specified;
        let mut kept = Vec::with_capacity(attributes.len());
        for (i, (name, value)) in std::mem::take(attributes).into_iter().enumerate() {
            let prefix = match name.strip_prefix("xmlns") {
                Some("") => None,
                Some(rest) if rest.starts_with(':') => Some(rest[1..].to_owned()),
                _ => {
                    kept.push((name, value));
                    continue;
                }
            };
            self.bind(prefix, value)?;
            element.bindings += 1;
            left -= usize::from(i < specified);
        }
        element.name = self.expanded(&element.raw, true)?;
        for (name, value) in kept {
            let full = self.expanded(&name, false)?;
            if name.contains(':') && attributes.iter().any(|a| a.0 == full) {
                return Err(Code::DuplicateAttribute);
            }
            attributes.push((full, value));
        }
        Ok(left)
    }
    fn bind(&mut self, prefix: Option<String>, uri: String) -> Result<(), Code> {
        match prefix.as_deref() {
            Some("xmlns") => return Err(Code::ReservedPrefixXmlns),
            Some("xml") if uri != XML => return Err(Code::ReservedPrefixXml),
            Some("xml") => {}
            _ if uri == XML || uri == XMLNS => return Err(Code::ReservedNamespaceUri),
            Some(_) if uri.is_empty() => return Err(Code::UndeclaringPrefix),
            _ => {}
        }
        if let Some(Some(sep)) = self.separator
            && uri.contains(sep)
            && !(sep.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(sep))
        {
            return Err(Code::Syntax);
        }
        let uri = Some(uri).filter(|u| !u.is_empty());
        self.queue
            .push_back(Event::StartNamespace(prefix.clone(), uri.clone()));
        self.namespaces.push((prefix, uri));
        Ok(())
    }
    fn uri(&self, prefix: Option<&str>) -> Option<&str> {
        let found = self.namespaces.iter().rev();
        let mut found = found.filter(|(p, _)| p.as_deref() == prefix);
        match found.next() {
            Some((_, uri)) => uri.as_deref(),
            None => (prefix == Some("xml")).then_some(XML),
        }
    }
    /// A name with its namespace in front; elements have a default one.
    fn expanded(&self, name: &str, is_element: bool) -> Result<String, Code> {
        let (prefix, local) = match name.split_once(':') {
            Some((p, l)) => (Some(p), l),
            None => (None, name),
        };
        if prefix.is_none() && !is_element {
            return Ok(name.to_owned());
        }
        let uri = match (self.uri(prefix), prefix) {
            (Some(uri), _) => uri,
            (None, None) => return Ok(name.to_owned()),
            (None, Some(_)) => return Err(Code::UnboundPrefix),
        };
        let mut out = String::from(uri);
        let separator = self.separator.flatten();
        out.extend(separator);
        out.push_str(local);
        if let Some(p) = prefix.filter(|_| self.options.triplets) {
            out.extend(separator);
            out.push_str(p);
        }
        Ok(out)
    }
}
