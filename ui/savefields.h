// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/save/save.h"

#include <QStringList>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

/// What to write and where: the upper half of the save dialog.
class SaveFields final : public QWidget
{
    Q_OBJECT

public:
    explicit SaveFields(QWidget *parent);
    void setPath(const QString &path);
    /// The open file: writing over it is asked for in its own words.
    void setSource(const QString &path);
    SaveOptions options() const;
    /// What is wrong with a field; it says so itself.
    const QString &problem() const { return m_problem; }
    /// What has to be agreed to first: there are files that would be replaced. Empty when there are none, or it was.
    QString consentProblem() const;

Q_SIGNALS:
    void changed();

private:
    void nameFields();
    void layOut();
    void browse();
    void pathEdited();
    void formatChosen();
    void refresh();
    void readShardSize();
    QStringList replaced() const;
    bool isTorch() const;
    bool isSource() const;

    QString m_source;
    QString m_problem;
    qint64 m_shardBytes = 0;
    QStringList m_replaced; ///< files that the save would replace
    QLineEdit *m_path;
    QCheckBox *m_replace;
    QComboBox *m_format;
    QLabel *m_rootLabel;
    QLineEdit *m_rootKey;
    QLabel *m_metadataLabel;
    QLineEdit *m_metadata;
    QLineEdit *m_shardSize;
    QLabel *m_shardProblem;
    QCheckBox *m_keepObjects;
    QCheckBox *m_certificate;
};
